// The peer of `voicemind bench board`: a stock hocuspocus, nothing stored. Its first line is its port.
import { Server } from '@hocuspocus/server'

const server = new Server({ port: 0, address: '127.0.0.1', quiet: true, stopOnSignals: true })
await server.listen()
console.log(server.address.port)
