import { postJson } from "../../tools/harness/http.mjs";
import { Session as HarnessSession, type CreatedKey, type Key, type Kind, sessionCookie } from "../../tools/harness/session.mjs";
import { type Latchkey, administrator } from "./latchkey.ts";

export type { CreatedKey, Key, Kind };

export interface Answer {
  status: number;
  /** Replies have many shapes; a test reads the one that it asked for. */
  body: any;
}

/** A signed-in member who calls the server functions as a script does: with JSON and a session cookie. Remembers every secret. */
export class Session extends HarnessSession {
  private constructor(
    readonly latchkey: Latchkey,
    cookie: string,
  ) {
    super(latchkey.url, cookie);
  }

  static async signIn(
    latchkey: Latchkey,
    email = administrator.email,
    password = administrator.password,
  ): Promise<Session> {
    return Session.#from(latchkey, "/api/sign-in", { email, password });
  }

  /** Invites a member and accepts the invitation as that member. */
  static async ofNewMember(inviter: Session, email: string, role: "administrator" | "member"): Promise<Session> {
    const invitation = await inviter.call("/api/members/invite", { email, role });
    const token = new URL(invitation.link).hash.slice(1);
    return Session.#from(inviter.latchkey, "/api/members/accept", { token, password: passwordOf(email) });
  }

  static async #from(latchkey: Latchkey, path: string, body: { password: string; [field: string]: string }): Promise<Session> {
    latchkey.secrets.add(body.password);
    const cookie = sessionCookie(path, await postJson(latchkey.url + path, body));
    latchkey.secrets.add(cookie.slice(cookie.indexOf("=") + 1));
    return new Session(latchkey, cookie);
  }

  /** Calls a server function and returns the answer, whatever its status is. */
  async answer(path: string, body: object = {}): Promise<Answer> {
    const answer = await this.ask(path, body);
    return { status: answer.status, body: JSON.parse(answer.body) };
  }

  override async createKey(kind?: Kind, name?: string, more?: object): Promise<CreatedKey> {
    const created = await super.createKey(kind, name, more);
    this.latchkey.secrets.add(created.secret);
    return created;
  }

  async keys(kind: Kind): Promise<Key[]> {
    return (await this.call("/api/access-keys/list", { kind })).keys;
  }
}

/** The password of a member that a test has created. */
export function passwordOf(email: string): string {
  return `${email} likes otters`;
}
