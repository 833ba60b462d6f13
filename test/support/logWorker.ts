import path from 'node:path';
import { checkout } from './checkout';

/** The log worker as the build made it. */
export const logWorker = path.join(checkout, 'dist/logWorker.js');
