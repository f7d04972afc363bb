import { Agent, request } from "node:http";

export interface Asked {
  path: string;
  headers: Record<string, string>;
  /** What must come back, byte for byte. */
  expected: Buffer;
}

export interface LoadResult {
  /** From the first request to the last answer. */
  seconds: number;
  latenciesMs: number[];
}

/** Asks over kept-alive connections; an answer other than the one expected ends the run. */
export class LoadGenerator {
  readonly #agent: Agent;
  readonly #hostname: string;
  readonly #port: string;

  constructor(url: string, connections: number) {
    const { hostname, port } = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "fifo" });
    this.#hostname = hostname;
    this.#port = port;
  }

  /** Closed loop: `width` requests are always under way. Measures what the service can do at most. */
  async asFastAsPossible(asked: readonly Asked[], width: number): Promise<LoadResult> {
    const latenciesMs: number[] = [];
    const began = performance.now();
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let one = asked[next++]; one !== undefined; one = asked[next++]) {
        const sent = performance.now();
        await this.#ask(one);
        latenciesMs.push(performance.now() - sent);
      }
    };
    await Promise.all(Array.from({ length: width }, lane));
    return { seconds: (performance.now() - began) / 1000, latenciesMs };
  }

  /**
   * Open loop: requests leave at a fixed rate whether or not earlier ones were answered, and each is timed from when it
   * should have left, so that a stall counts against everyone it would have kept waiting (no coordinated omission). The
   * first `settleSeconds` of it open connections and are not counted: what is asked for is a service under steady load.
   */
  async atRate(asked: readonly Asked[], perSecond: number, settleSeconds: number): Promise<LoadResult> {
    const latenciesMs: number[] = [];
    const began = performance.now();
    const underWay: Promise<void>[] = [];
    let next = 0;
    while (next < asked.length) {
      const due = Math.min(asked.length, Math.floor(((performance.now() - began) / 1000) * perSecond) + 1);
      for (; next < due; next++) {
        const shouldLeave = began + (next * 1000) / perSecond;
        const counts = next >= settleSeconds * perSecond;
        underWay.push(
          this.#ask(asked[next]!).then(() => {
            if (counts) latenciesMs.push(performance.now() - shouldLeave);
          }),
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(underWay);
    return { seconds: (performance.now() - began) / 1000, latenciesMs };
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask({ path, headers, expected }: Asked): Promise<void> {
    return new Promise((resolve, reject) => {
      const asking = request({ agent: this.#agent, hostname: this.#hostname, port: this.#port, path, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const body = Buffer.concat(chunks);
          if (answer.statusCode === 200 && body.equals(expected)) resolve();
          else reject(new Error(`${path.slice(0, 40)} answered ${answer.statusCode}, not the page expected: ${body.toString("utf8", 0, 200)}`));
        });
      });
      asking.on("error", reject);
      asking.end();
    });
  }
}
