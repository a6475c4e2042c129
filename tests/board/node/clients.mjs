// Two stock y-websocket clients in one room: node clients.mjs SCENARIO ws://host:port/sync ROOM
// Prints one line of JSON: what each holds at the end, and what the scenario noted.
import * as Y from 'yjs'
import { content, element, open, pause, section, text, until } from './yjs_client.mjs'

const [scenario, url, room] = process.argv.slice(2)

const equal = (...clients) => new Set(clients.map(text)).size === 1

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
    await pause(100)
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

const a = open(url, room, 'a'), b = open(url, room, 'b', false)
let code = 0
try {
  await until('both sync', () => a.provider.synced && b.provider.synced)
  const noted = await scenarios[scenario](a, b)
  if (scenario === 'edit') await until('all is saved', () => a.saved === a.sent)
  console.log(JSON.stringify({ a: content(a), b: content(b), noted, saved: a.saved, sent: a.sent }))
} catch (error) {
  console.error(error.message, text(a), text(b))
  code = 1
}
process.exit(code)
