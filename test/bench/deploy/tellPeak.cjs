// Writes the most memory (KiB) that this process ever had into PEAK_FILE, when it ends.
const { writeFileSync } = require('node:fs');

process.on('exit', () => writeFileSync(process.env.PEAK_FILE, `${process.resourceUsage().maxRSS}`));
