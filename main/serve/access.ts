import { createHash, randomBytes } from 'node:crypto';

/** Bytes of every secret: nobody guesses 256 bits. */
const secretBytes = 32;
/** More browsers than one person opens a studio in; the oldest has to ask for a new link. */
const mostSessions = 64;

/**
 * Who may use a server: whoever opened a link that was handed to a person. A link's token is good for one exchange, which
 * gives the browser a session that lasts as long as the server. Only hashes of secrets are kept.
 */
export class Access {
  /** Cookies are shared by all ports of a host name, so that each server's has a name of its own. */
  readonly cookieName = `noisefloor-${randomBytes(4).toString('hex')}`;
  readonly #tokens = new Set<string>();
  readonly #sessions = new Set<string>();

  /** A new token for a link. */
  newToken(): string {
    const token = newSecret();
    this.#tokens.add(hash(token));
    return token;
  }

  /** Uses a token up. @returns the `Set-Cookie` of the session it is exchanged for, or null for no token. */
  exchange(token: string): string | null {
    if (!this.#tokens.delete(hash(token))) return null;
    const session = newSecret();
    this.#sessions.add(hash(session));
    for (const oldest of this.#sessions) {
      if (this.#sessions.size <= mostSessions) break;
      this.#sessions.delete(oldest);
    }
    return `${this.cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Whether a request's `Cookie` header holds a session. */
  admits(cookies: string | undefined): boolean {
    const prefix = `${this.cookieName}=`;
    return (cookies ?? '')
      .split(';')
      .map((cookie) => cookie.trim())
      .some((cookie) => cookie.startsWith(prefix) && this.#sessions.has(hash(cookie.slice(prefix.length))));
  }
}

const newSecret = (): string => randomBytes(secretBytes).toString('base64url');

/** Looking a hash up tells nothing of the secret by the time it takes. */
const hash = (secret: string): string => createHash('sha256').update(secret).digest('hex');
