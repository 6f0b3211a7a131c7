import { type IncomingMessage, type Server, type ServerResponse, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** How a proxy between a browser and Latchkey changes the traffic. */
export interface Interference {
  /** Changes the HTML of pages. The nonce is the one of the page's scripts. */
  html?: (html: string, nonce: string) => string;
  /** How requests to matching paths fail: with a status and no body, or with a connection that is cut. */
  block?: { path: RegExp; how: number | "cut" };
}

/** A proxy that passes everything on, except for its interference. */
export class Proxy {
  interference: Interference = {};
  readonly #server: Server;

  private constructor(readonly target: URL) {
    this.#server = createServer((incoming, answer) => this.#pass(incoming, answer));
  }

  static async start(target: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(target));
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const { block } = this.interference;
    if (block?.path.test(incoming.url ?? "")) {
      if (block.how === "cut") return void incoming.destroy();
      return void answer.writeHead(block.how).end();
    }
    const { hostname, port } = this.target;
    // Pages come uncompressed, so that they can be changed. The Host header stays, because it is the origin that the browser knows.
    const headers = { ...incoming.headers, "accept-encoding": "identity" };
    const outgoing = request({ hostname, port, method: incoming.method, path: incoming.url, headers });
    outgoing.on("error", () => answer.destroy());
    outgoing.on("response", (response) => this.#answer(response, answer));
    incoming.pipe(outgoing);
  }

  #answer(response: IncomingMessage, answer: ServerResponse): void {
    const { html } = this.interference;
    if (!html || !response.headers["content-type"]?.startsWith("text/html")) {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      return void response.pipe(answer);
    }
    const nonce = response.headers["content-security-policy"]?.toString().match(/'nonce-([^']+)'/)?.[1] ?? "";
    let text = "";
    response.setEncoding("utf8").on("data", (part) => (text += part));
    response.on("end", () => {
      const body = html(text, nonce);
      const { "content-length": _, "transfer-encoding": __, ...headers } = response.headers;
      answer.writeHead(response.statusCode ?? 502, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
    });
  }
}
