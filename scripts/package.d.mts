/** Answers the .vsix; dist/ is a production build afterwards. */
export function packageExtension(): Promise<string>;

/** The paths inside, sorted. */
export function listFiles(): Promise<string[]>;
