import type { FastifyInstance } from 'fastify';
import type { SessionAnswer, UserAnswer } from '../../core/kinvey/apiTypes';
import { passwordLimit } from '../accounts/passwords';
import type { SignIn } from '../accounts/signIn';
import type { Authentication } from './authentication';
import { Body } from './body';

/** POST session (contract 2.5). */
export function registerSignIn(server: FastifyInstance, signIn: SignIn): void {
  server.post('/session', (request): Promise<SessionAnswer> => {
    const body = new Body(request.body);
    const email = body.name('email');
    const password = body.name('password', passwordLimit);
    const twoFactorToken = body.optionalText('twoFactorToken', 16);
    body.check();
    return signIn.open({ email, password, twoFactorToken }, request.ip);
  });
}

/** The session of whoever is signed in, and who that is. */
export function registerSession(server: FastifyInstance, authentication: Authentication): void {
  server.delete('/session', (request, reply) => {
    authentication.signOut(request);
    return reply.code(204).send();
  });

  server.get('/v4/user', (request): UserAnswer => {
    const { email, firstName, lastName } = authentication.accountOf(request);
    return { email, firstName, lastName };
  });
}
