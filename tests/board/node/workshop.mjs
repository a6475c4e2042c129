// A workshop: many stock clients edit one board, some of them offline for a while.
// node workshop.mjs ws://host:port/sync ROOM '{"people":50,"offline":15,"edits":300,"rate":10}'
// Each makes so many edits, 300 being one every two seconds of ten minutes; they are made at `rate` a second, and by
// those who are offline as fast as it goes. Prints how long it took until all had the same, and what that is.
import { createHash } from 'node:crypto'
import * as Y from 'yjs'
import { content, element, open, pause, section, text, until } from './yjs_client.mjs'

const [url, room, plan] = process.argv.slice(2)
const { people, offline, edits, rate } = JSON.parse(plan)

/** What each wrote and must be there in the end: words and agenda items by id, fields by element. */
const written = { words: [], items: [], fields: {}, removed: [] }

const field = (client, key, name, value) => {
  client.elements.get(key).set(name, value)
  written.fields[`${key}.${name}`] = value
}

const changes = [
  (client, n, i) => field(client, `own-${n}`, 'x', i),
  (client, n, i) => field(client, 'shared', `by-${n}`, i),
  (client, n, i) => {
    const key = `card-${n}-${i}`
    client.elements.set(key, element({ type: 'rectangle', x: n, y: i, strokeColor: '#1e1e1e', index: `a${n}` }))
    client.cards.push(key)
  },
  (client, n, i) => {
    const line = client.sections.get(0).get('body').get(i % 3).get(0)
    written.words.push(`«${n}.${i}😀»`)
    line.insert(line.length, written.words.at(-1))
  },
  (client, n, i) => {
    if (i % 5) return field(client, `own-${n}`, 'strokeColor', `#${i}`)
    written.items.push(`${n}.${i}`)
    client.agenda.insert(Math.min(n, client.agenda.length), [element({ id: `${n}.${i}`, title: `Item ${i}` })])
  },
  client => {
    const key = client.cards.shift()
    if (key === undefined) return
    client.elements.delete(key)
    written.removed.push(key)
  },
  (client, n, i) => field(client, `own-${n}`, 'points', [[0, 0], [n, i]])
]

/** Makes edit number `i`; everybody begins elsewhere in the list. */
const edit = (client, i) => changes[(i + client.number) % changes.length](client, client.number, i)

const missing = client => {
  const { agenda, elements, sections } = content(client)
  const body = sections[0].body, ids = agenda.map(item => item.id)
  return [
    ...written.words.filter(word => body.split(word).length !== 2),
    ...written.items.filter(id => ids.filter(other => other === id).length !== 1),
    ...Object.keys(written.fields).filter(path => {
      const [key, name] = path.split('.')
      return JSON.stringify(elements[key]?.[name]) !== JSON.stringify(written.fields[path])
    }),
    ...clients.flatMap(other => other.cards).filter(key => !elements[key]),
    ...written.removed.filter(key => elements[key])
  ]
}

const states = () => new Set(clients.map(({ doc }) => Buffer.from(Y.encodeStateVector(doc)).toString('latin1')))

process.setMaxListeners(people + 10) // each client has one
const clients = Array.from({ length: people }, (_, number) =>
  Object.assign(open(url, room, `person ${number}`), { number, cards: [] }))
const away = clients.slice(0, offline), here = clients.slice(offline)

const run = async () => {
  await until('everybody syncs', () => clients.every(({ provider }) => provider.synced), 30)
  const [first] = here
  first.sections.push([section('Notes', 'one ', 'two ', 'three ')])
  first.elements.set('shared', element({ type: 'frame' }))
  for (const { number } of clients) first.elements.set(`own-${number}`, element({ type: 'rectangle', x: 0, y: 0 }))
  await until('everybody has the board', () => states().size === 1, 30)

  for (const { provider } of away) provider.disconnect()
  for (const client of away) {
    for (let i = 0; i < edits; i++) edit(client, i)
    await pause(0)
  }
  const began = performance.now()
  for (let i = 0; i < edits; i++) {
    for (const client of here) edit(client, i)
    await pause(began + (i + 1) * 1000 / rate - performance.now())
  }
  const back = performance.now(), used = process.cpuUsage()
  for (const { provider } of away) provider.connect()
  await until('all converge', () => states().size === 1, 60)
  const converged = performance.now() - back, { user, system } = process.cpuUsage(used)
  await until('all is saved', () => clients.every(({ saved, sent }) => saved >= sent), 60)
  const saved = performance.now() - back

  const snapshot = Y.snapshot(first.doc)
  return {
    converged_ms: converged,
    saved_ms: saved,
    clients_cpu_ms: (user + system) / 1000,
    edits: people * edits,
    missing: missing(first).slice(0, 20),
    hashes: [...new Set(clients.map(client => createHash('sha256').update(text(client)).digest('hex')))],
    same: clients.every(({ doc }) => Y.equalSnapshots(snapshot, Y.snapshot(doc))),
    closed: clients.filter(({ closed }) => closed !== null).length,
    content: content(first)
  }
}

let code = 0
try {
  process.stdout.write(JSON.stringify(await run()))
} catch (error) {
  console.error(error.message)
  code = 1
}
process.stdout.end(() => process.exit(code))
