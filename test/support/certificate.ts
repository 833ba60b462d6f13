import path from 'node:path';
import { checkout } from './checkout';

const folder = path.join(checkout, 'test/fixtures/tls');

/** For 127.0.0.1 and localhost, signed by itself, for tests only: the key is nobody's secret. */
export const certificate = {
  certFile: path.join(folder, 'cert.pem'),
  keyFile: path.join(folder, 'key.pem'),
  /** Of no certificate here. */
  otherKeyFile: path.join(folder, 'other-key.pem'),
} as const;
