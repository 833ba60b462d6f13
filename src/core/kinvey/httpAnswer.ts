import { answerError, type AskedRequest } from './httpErrors';

/** What came back before the body. */
export interface AnswerHead {
  status: number;
  statusText: string;
  retryAfter: unknown;
  contentType: unknown;
  location: unknown;
}

/** What came back, its body not yet parsed. */
export interface HttpAnswer extends AnswerHead {
  text: string;
}

/**
 * The parsed body of a 2xx: undefined for an empty one, text for one that is not JSON. Throws for
 * any other status.
 */
export function readAnswer(answer: HttpAnswer, asked: AskedRequest): unknown {
  if (answer.status < 200 || answer.status > 299) {
    throw answerError(answer, asked);
  }
  if (answer.text.trim() === '') {
    return undefined;
  }
  try {
    return JSON.parse(answer.text);
  } catch {
    return answer.text;
  }
}
