export function withServicePort<T>(run: () => Promise<T>): Promise<T>;
