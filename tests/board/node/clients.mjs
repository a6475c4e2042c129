// Two stock y-websocket clients in one room: node clients.mjs SCENARIO ws://host:port/sync ROOM
// Prints one line of JSON: what each holds at the end, and what the scenario noted.
import * as Y from 'yjs'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'

const [scenario, url, room] = process.argv.slice(2)
const SECONDS = 8

const open = (name, ack = true) => {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(url, room, doc, {
    WebSocketPolyfill: WebSocket, disableBc: true, params: ack ? { ack: '1' } : {}, maxBackoffTime: 300
  })
  const client = {
    name, doc, provider, saved: 0, closed: null,
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
  provider.on('closed', event => { client.closed = event.code })
  return client
}

const content = ({ title, agenda, elements, sections, transcript, verdicts }) => ({
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

const until = async (what, condition) => {
  const end = Date.now() + SECONDS * 1000
  while (!condition()) {
    if (Date.now() > end) throw new Error(`${what}: not within ${SECONDS} s`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

const equal = (...clients) => new Set(clients.map(client => JSON.stringify(sorted(content(client))))).size === 1

const section = (heading, text) => {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(text)])
  const body = new Y.XmlFragment()
  body.insert(0, [paragraph])
  return new Y.Map([['id', heading], ['heading', heading], ['body', body]])
}

const element = fields => new Y.Map(Object.entries(fields))

const edit = async (a, b) => {
  a.title.insert(0, 'Plan 😀 für 2027')
  b.agenda.push([new Y.Map([['id', 'i1'], ['title', 'Budget 👩‍👩‍👧'], ['minutes', 10], ['owner', 'Maya']])])
  a.elements.set('e1', element({ type: 'rectangle', x: 1.5, y: -2, points: [[0, 0], [3, 4.25]], index: 'a0' }))
  b.sections.push([section('Notes', 'Größe 𝛑 fällt')])
  await until('first edits', () => equal(a, b) && b.elements.has('e1') && a.sections.length === 1)
  b.title.insert(7, '👍🏽 ')
  a.title.delete(0, 5)
  b.elements.get('e1').set('x', 99)
  a.elements.get('e1').set('strokeColor', '#ff0000')
  a.sections.get(0).get('body').get(0).get(0).insert(6, ' von 🍞')
  b.verdicts.set('action:t1', element({ status: 'done' }))
  await until('second edits', () => equal(a, b) && a.elements.get('e1').get('x') === 99 && a.verdicts.size === 1)
}

const scenarios = {
  async edit (a, b) {
    await edit(a, b)
  },
  async offline (a, b) {
    await edit(a, b)
    a.provider.disconnect()
    a.elements.get('e1').set('x', 7)
    a.title.insert(a.title.length, ' offline 🚆')
    a.agenda.push([new Y.Map([['id', 'i2'], ['title', 'From the train']])])
    b.elements.get('e1').set('strokeColor', '#00ff00')
    b.title.insert(0, 'Online ')
    b.agenda.push([new Y.Map([['id', 'i3'], ['title', 'From the office']])])
    await new Promise(resolve => setTimeout(resolve, 100))
    a.provider.connect()
    await until('the merge', () => equal(a, b) && a.agenda.length === 3 && b.elements.get('e1').get('x') === 7)
  },
  async presence (a, b) {
    a.provider.awareness.setLocalState({ user: { name: 'Ada' }, pointer: { x: 1, y: 2 } })
    b.provider.awareness.setLocalState({ user: { name: 'Bob' } })
    const sees = (one, other) => one.provider.awareness.getStates().get(other.doc.clientID)
    await until('both are seen', () => sees(a, b)?.user?.name === 'Bob' && sees(b, a)?.pointer?.x === 1)
    b.provider.disconnect()
    const start = Date.now()
    await until('Bob is gone', () => !sees(a, b))
    const gone = Date.now() - start
    b.provider.connect() // with the clock that it had, and nothing moved
    await until('Bob is back', () => sees(a, b)?.user?.name === 'Bob' && sees(b, a)?.user?.name === 'Ada')
    return { gone }
  },
  async trespass (a, b) {
    a.transcript.set('forged', element({ text: 'nobody said this' }))
    a.title.insert(0, 'A real title')
    await until('it is undone', () => b.title.length && !a.transcript.has('forged') && !b.transcript.has('forged'))
    a.transcript.set('again', 1)
    await until('it is undone again', () => !a.transcript.has('again'))
    a.doc.getMap('meeting').set('state', 'over')
    await until('the door', () => a.closed !== null)
    return { code: a.closed, other: b.closed, connected: b.provider.wsconnected }
  }
}

const a = open('a'), b = open('b', false)
let code = 0
try {
  await until('both sync', () => a.provider.synced && b.provider.synced)
  let sent = 1 // the answer to the server's step 1
  a.doc.on('update', (_update, origin) => { if (origin !== a.provider && a.provider.wsconnected) sent++ })
  const noted = await scenarios[scenario](a, b)
  if (scenario === 'edit') await until('all is saved', () => a.saved === sent)
  console.log(JSON.stringify({ a: content(a), b: content(b), noted, saved: a.saved, sent }))
} catch (error) {
  console.error(error.message, JSON.stringify([content(a), content(b)]))
  code = 1
}
process.exit(code)
