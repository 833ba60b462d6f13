import type { CreateApi } from '../../src/core/accounts/apiProvider';
import { silentLog } from '../../src/core/base/log';
import { HttpClient } from '../../src/core/kinvey/httpClient';
import { ManagementApi } from '../../src/core/kinvey/managementApi';

/** Real APIs for tests; what may be repeated is repeated quickly. */
export const createTestApi: CreateApi = (baseUrl, token) =>
  new ManagementApi(
    new HttpClient({
      baseUrl,
      token,
      product: 'FlexService/9.9.9',
      log: silentLog,
      backoffMs: 2,
    }),
  );
