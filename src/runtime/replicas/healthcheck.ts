import { get } from 'node:http';

/** Whether a replica answers GET /healthcheck with 200 (contract 7.2). Never throws. */
export function isHealthy(port: number, answerWithinMs = 2_000): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/healthcheck', agent: false, timeout: answerWithinMs },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
