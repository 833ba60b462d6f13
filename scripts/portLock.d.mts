export function withServicePort<T>(run: () => Promise<T>): Promise<T>;
export function withPort<T>(port: number, run: () => Promise<T>): Promise<T>;
