import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A network between an app and its database that can go silent: nothing is forwarded, and nothing closed. */
export class SilentProxy {
  readonly #server: Server
  readonly #target: { host: string; port: number }
  readonly #pairs = new Set<Socket[]>()
  #silent = false
  #answering = true
  /** Connections that were open during a silence and never speak again, as where a router forgot them. */
  readonly #forgotten = new WeakSet<Socket>()

  private constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.#target = { host: hostname, port: Number(port) }
    this.#server = createServer((client) => this.#open(client))
  }

  static async start(url: string): Promise<SilentProxy> {
    const proxy = new SilentProxy(url)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  /** The database's URL, through the proxy. */
  through(url: string): string {
    const proxied = new URL(url)
    proxied.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return String(proxied)
  }

  silence(): void {
    this.#silent = true
    for (const sockets of this.#pairs) for (const socket of sockets) socket.pause()
  }

  /** Connections that are open now never speak again; new ones do. */
  forgetOpen(): void {
    for (const sockets of this.#pairs) for (const socket of sockets) this.#forgotten.add(socket)
  }

  /** What the app says arrives; what the database answers does not. */
  swallowAnswers(): void {
    for (const [, server] of this.#pairs) server?.pause()
    this.#answering = false
  }

  /** @param forget whether what was open stays silent for ever */
  speak({ forget = false } = {}): void {
    this.#silent = false
    this.#answering = true
    for (const sockets of this.#pairs) {
      for (const socket of sockets) {
        if (forget) this.#forgotten.add(socket)
        else socket.resume()
      }
    }
  }

  /** Cuts every connection: who closes one that was forgotten would wait for ever. */
  hangUp(): void {
    for (const sockets of this.#pairs) for (const socket of sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    this.hangUp()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #open(client: Socket): void {
    const server = connect(this.#target)
    const sockets = [client, server]
    this.#pairs.add(sockets)
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('data', (data) => {
        if (!this.#forgotten.has(from)) to.write(data)
      })
      from.on('error', () => {})
      from.on('close', () => {
        to.destroy()
        this.#pairs.delete(sockets)
      })
      if (this.#silent || (from === server && !this.#answering)) from.pause()
    }
  }
}
