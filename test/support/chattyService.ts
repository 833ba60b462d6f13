import type { Files } from './runtimeClient';

/**
 * A service without dependencies that prints as much as it is asked for. GET
 * `/print?lines=N[&rate=R][&first=F]` prints N lines of 100 bytes, `line <number> <pid> …`, R a second
 * (all at once without), waits until they have left the process, and answers {lines, ms}.
 */
export function chattyService(version: string): Files {
  return {
    'package.json': JSON.stringify({ name: 'chatty', version }),
    'index.js': `
      const http = require('http');
      const { once } = require('events');
      const stepMs = 5;

      async function print(lines, rate, first) {
        const start = Date.now();
        for (let printed = 0; printed < lines; ) {
          const due = rate ? Math.min(lines, Math.floor(((Date.now() - start) * rate) / 1000)) : lines;
          while (printed < due) {
            const line = 'line ' + (first + printed++) + ' ' + process.pid + ' ';
            if (!process.stdout.write(line.padEnd(99, '.') + '\\n')) await once(process.stdout, 'drain');
          }
          if (printed < lines) await new Promise((resolve) => setTimeout(resolve, stepMs));
        }
        await new Promise((resolve) => process.stdout.write('', resolve));
        return { lines, ms: Date.now() - start };
      }

      http.createServer(async (request, response) => {
        const { pathname, searchParams } = new URL(request.url, 'http://localhost');
        const number = (name) => Number(searchParams.get(name) || 0);
        const answer = pathname === '/print'
          ? await print(number('lines'), number('rate'), number('first'))
          : { healthy: true };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(answer));
      }).listen(10001, 'localhost');
      process.on('SIGTERM', () => process.exit(0));
    `,
  };
}
