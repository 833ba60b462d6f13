// kinvey-cli 6.1.3 is older than Node.js 23, which dropped what its dependencies call.
const util = require('node:util');

util.isRegExp ??= util.types.isRegExp;
util.isDate ??= util.types.isDate;
