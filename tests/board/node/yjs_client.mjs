// A stock y-websocket client that also reads message 100, and what tests ask of it.
import * as Y from 'yjs'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'

/** Opens a client; with `ack` its `saved` counts what the server says is on disk, `sent` what it sent. */
export const open = (url, room, name, ack = true) => {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(url, room, doc, {
    WebSocketPolyfill: WebSocket, disableBc: true, params: ack ? { ack: '1' } : {}, maxBackoffTime: 300
  })
  const client = {
    name, doc, provider, sent: 0, saved: 0, closed: null,
    title: doc.getText('title'),
    agenda: doc.getArray('agenda'),
    elements: doc.getMap('elements'),
    sections: doc.getArray('sections'),
    transcript: doc.getMap('transcript'),
    verdicts: doc.getMap('verdicts')
  }
  provider.messageHandlers[100] = (_encoder, decoder) => {
    let value = 0, shift = 0, byte
    do { byte = decoder.arr[decoder.pos++]; value += (byte & 127) * 2 ** shift; shift += 7 } while (byte > 127)
    client.saved = value
  }
  provider.on('status', ({ status }) => {
    if (status === 'connected') { client.sent = 1; client.saved = 0 } // the answer to the server's step 1
  })
  doc.on('update', (_update, origin) => { if (origin !== provider && provider.wsconnected) client.sent++ })
  provider.on('closed', event => { client.closed = event.code })
  return client
}

export const content = ({ title, agenda, elements, sections, transcript, verdicts }) => ({
  title: title.toString(),
  agenda: agenda.toJSON(),
  elements: elements.toJSON(),
  sections: sections.map(section => ({ heading: section.get('heading'), body: section.get('body').toString() })),
  transcript: transcript.toJSON(),
  verdicts: verdicts.toJSON()
})

const sorted = value => Array.isArray(value)
  ? value.map(sorted)
  : value && typeof value === 'object'
    ? Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]))
    : value

export const text = client => JSON.stringify(sorted(content(client)))

export const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

export const until = async (what, condition, seconds = 8) => {
  const end = Date.now() + seconds * 1000
  while (!condition()) {
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`)
    await pause(10)
  }
}

export const element = fields => new Y.Map(Object.entries(fields))

export const section = (heading, ...lines) => {
  const body = new Y.XmlFragment()
  body.insert(0, lines.map(line => {
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.insert(0, [new Y.XmlText(line)])
    return paragraph
  }))
  return new Y.Map([['id', heading], ['heading', heading], ['body', body]])
}
