import { type Latchkey, administrator } from "./latchkey.ts";

export type Kind = "oauth_client" | "api_key";

export interface Key {
  id: string;
  kind: Kind;
  name: string;
  status: "active" | "inactive" | "expired" | "deleted";
  scopes?: string[];
}

export interface CreatedKey {
  key: Key;
  secret: string;
}

export interface Answer {
  status: number;
  /** Replies have many shapes, and a test looks at whichever it asked for. */
  body: any;
}

/** A signed-in member who calls the server functions as a script does: JSON and a session cookie. */
export class Session {
  private constructor(
    readonly latchkey: Latchkey,
    readonly cookie: string,
  ) {}

  static async signIn(
    latchkey: Latchkey,
    email = administrator.email,
    password = administrator.password,
  ): Promise<Session> {
    return Session.#by(latchkey, "/api/sign-in", { email, password });
  }

  /** Invites somebody and accepts in their name. */
  static async ofNewMember(inviter: Session, email: string, role: "administrator" | "member"): Promise<Session> {
    const invitation = await inviter.call("/api/members/invite", { email, role });
    const token = new URL(invitation.link).hash.slice(1);
    return Session.#by(inviter.latchkey, "/api/members/accept", { token, password: passwordOf(email) });
  }

  static async #by(latchkey: Latchkey, path: string, body: { password: string; [field: string]: string }): Promise<Session> {
    latchkey.secrets.add(body.password);
    const answer = await post(latchkey, path, body);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    const cookie = answer.headers.getSetCookie()[0]?.split(";")[0];
    if (!cookie) throw new Error(`${path} set no cookie`);
    latchkey.secrets.add(cookie.slice(cookie.indexOf("=") + 1));
    return new Session(latchkey, cookie);
  }

  /** Calls a server function; whatever is not a success is an error. */
  async call(path: string, body: object = {}): Promise<Answer["body"]> {
    const answer = await this.answer(path, body);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Calls a server function and returns whatever it answers. */
  async answer(path: string, body: object = {}): Promise<Answer> {
    const answer = await post(this.latchkey, path, body, this.cookie);
    return { status: answer.status, body: await answer.json() };
  }

  async createKey(kind: Kind, name: string, more: { expires_at?: number } = {}): Promise<CreatedKey> {
    const created: CreatedKey = await this.call("/api/access-keys/create", { kind, name, ...more });
    this.latchkey.secrets.add(created.secret);
    return created;
  }

  async createActiveKey(kind: Kind, name: string): Promise<CreatedKey> {
    const created = await this.createKey(kind, name);
    await this.setStatus(created.key.id, "active");
    return created;
  }

  async setStatus(id: string, status: "active" | "inactive"): Promise<void> {
    await this.call("/api/access-keys/set-status", { id, status });
  }

  async keys(kind: Kind): Promise<Key[]> {
    return (await this.call("/api/access-keys/list", { kind })).keys;
  }
}

/** The password of a member that a test has made. */
export function passwordOf(email: string): string {
  return `${email} likes otters`;
}

function post(latchkey: Latchkey, path: string, body: object, cookie?: string): Promise<Response> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (cookie) headers.Cookie = cookie;
  return fetch(latchkey.url + path, { method: "POST", headers, body: JSON.stringify(body) });
}
