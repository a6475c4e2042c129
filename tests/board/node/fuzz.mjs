// Real updates of Yjs to be mutated, and Yjs as the reader of what a server made of them.
//   node fuzz.mjs seeds              one line of JSON: {base, frames}, hexadecimal; base is an update, frames are messages
//   node fuzz.mjs read < UPDATES     applies updates, one a line, and prints {failed, content}
import * as readline from 'node:readline'
import * as Y from 'yjs'
import * as encoding from 'lib0/encoding'
import * as sync from 'y-protocols/sync'
import * as awareness from 'y-protocols/awareness'
import { element, section } from './yjs_client.mjs'

const ROOTS = {
  transcript: 'Map', insights: 'Map', talk: 'Map', meeting: 'Map', title: 'Text', agenda: 'Array', elements: 'Map',
  files: 'Map', sections: 'Array', verdicts: 'Map', corrections: 'Map', suggestions: 'Map'
}

const open = clientID => {
  const doc = new Y.Doc()
  if (clientID) doc.clientID = clientID
  for (const [name, type] of Object.entries(ROOTS)) doc[`get${type}`](name)
  return doc
}

const hex = bytes => Buffer.from(bytes).toString('hex')

const frame = (type, write) => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, type)
  write(encoder)
  return hex(encoding.toUint8Array(encoder))
}

const note = (x, text) => element({
  type: 'rectangle', x, y: -2.5, points: [[0, 0], [3, 4.25], [1e21, 2 ** 40]], index: 'a0V', strokeColor: '#1e1e1e',
  customData: { vm: { by: null, deep: [[[{ a: [true, false, undefined] }]]] } }, label: text, big: 2n ** 40n,
  bytes: new Uint8Array([1, 2, 255])
})

const edits = [
  ({ title }) => title.insert(0, 'Plan 😀 für 2027'),
  ({ title }) => title.insert(5, '👍🏽e\u0301'),
  ({ title }) => title.format(2, 4, { bold: true }),
  ({ title }) => title.delete(3, 6),
  ({ elements }) => elements.set('e1', note(1.5, 'Größe')),
  ({ elements }) => elements.get('e1').set('x', 7),
  ({ elements }) => elements.get('e1').set('points', [[1, 1]]),
  ({ elements }) => elements.set('e2', note(2, '𝛑')),
  ({ elements }) => elements.delete('e2'),
  ({ agenda }) => agenda.push([element({ id: 'i1', title: 'Budget', minutes: 10 }), 5, 'text', null, [1, 2]]),
  ({ agenda }) => agenda.delete(1, 2),
  ({ sections }) => sections.push([section('Notes', 'one', 'two 🍞')]),
  ({ sections }) => sections.get(0).get('body').get(0).setAttribute('level', '2'),
  ({ sections }) => sections.get(0).get('body').get(0).get(0).insert(1, 'é', { bold: true }),
  ({ sections }) => sections.get(0).get('body').get(0).get(0).insertEmbed(0, { image: 'a' }),
  ({ verdicts }) => verdicts.set('v', element({ status: 'done', sub: new Y.Array() })),
  ({ files }) => files.set('f', new Y.Doc({ guid: 'sub' })),
  ({ transcript }) => transcript.set('t1', element({ text: 'forged' }))
]

const seeds = () => {
  const one = open(1000), two = open(4294967295), frames = []
  const share = doc => Object.fromEntries(Object.keys(ROOTS).map(name => [name, doc.get(name)]))
  let base
  for (const doc of [one, two]) {
    doc.on('update', update => frames.push(frame(0, encoder => sync.writeUpdate(encoder, update))))
    for (const edit of edits) edit(share(doc))
    base = Y.encodeStateAsUpdate(doc)
    Y.applyUpdate(two, base)
  }
  frames.push(frame(0, encoder => sync.writeSyncStep1(encoder, two)), frame(0, encoder => sync.writeSyncStep2(encoder, two)))
  const states = new awareness.Awareness(two)
  states.setLocalState({ user: { name: 'Ada 😀' }, pointer: { x: 1, y: 2 }, selected: ['e1'] })
  frames.push(frame(1, encoder => encoding.writeVarUint8Array(encoder, awareness.encodeAwarenessUpdate(states, [two.clientID]))))
  states.destroy()
  return { base: hex(Y.encodeStateAsUpdate(one)), frames: [...frames, '03', '020005746f6b656e'] }
}

const read = async () => {
  const doc = open(), failed = []
  for await (const line of readline.createInterface({ input: process.stdin })) {
    try { Y.applyUpdate(doc, Buffer.from(line, 'hex')) } catch (error) { failed.push([line, String(error)]) }
  }
  const content = Object.fromEntries(Object.keys(ROOTS).map(name => [name, doc.get(name).toJSON()]))
  return { failed, content }
}

const result = process.argv[2] === 'seeds' ? seeds() : await read()
console.log(JSON.stringify(result, (_key, value) => (typeof value === 'bigint' ? String(value) : value)))
