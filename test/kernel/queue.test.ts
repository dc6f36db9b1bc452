import { expect, test } from 'vitest'
import { advance, emptyQueue, type Queue, type QueueCommand, type QueueEvent } from '../../src/kernel/queue'

const cell = (execution: number) => ({ execution, count: execution, code: `cell ${execution}` })
const submitted = (execution: number): QueueEvent => ({ kind: 'submitted', cell: cell(execution) })
const ended = (execution: number, kind: 'success' | 'interrupted' = 'success'): QueueEvent => ({
  kind: 'ended',
  execution,
  outcome: { kind },
})
const failed = (execution: number): QueueEvent => ({
  kind: 'ended',
  execution,
  outcome: { kind: 'error', name: 'Error', message: 'm', stack: 's' },
})

/** All commands of a sequence of events, in short. */
function commandsOf(...events: QueueEvent[]): string[] {
  let queue: Queue = emptyQueue
  return events.flatMap((event) => {
    const [next, commands] = advance(queue, event)
    queue = next
    return commands.map(inShort)
  })
}

function inShort(command: QueueCommand): string {
  switch (command.kind) {
    case 'start':
      return `start ${command.cell.execution}`
    case 'stop':
      return `stop ${command.execution}`
    case 'report':
      return `report ${command.execution} ${command.outcome.kind}`
  }
}

test('cells run one after the other', () => {
  expect(commandsOf(submitted(1), submitted(2), submitted(3), ended(1), ended(2), ended(3))).toEqual([
    'start 1',
    'report 1 success',
    'start 2',
    'report 2 success',
    'start 3',
    'report 3 success',
  ])
})

test('a cell that fails takes the waiting ones with it', () => {
  expect(commandsOf(submitted(1), submitted(2), submitted(3), failed(1), submitted(4))).toEqual([
    'start 1',
    'report 1 error',
    'report 2 interrupted',
    'report 3 interrupted',
    'start 4',
  ])
})

test('an interrupt stops the running cell and drops the waiting ones at once', () => {
  expect(
    commandsOf(submitted(1), submitted(2), { kind: 'interrupted' }, ended(1, 'interrupted'), submitted(3)),
  ).toEqual(['start 1', 'stop 1', 'report 2 interrupted', 'report 1 interrupted', 'start 3'])
})

test('a cell asked for after an interrupt runs when the interrupted one has ended with success after all', () => {
  expect(commandsOf(submitted(1), { kind: 'interrupted' }, submitted(2), ended(1))).toEqual([
    'start 1',
    'stop 1',
    'report 1 success',
    'start 2',
  ])
})

test('an interrupt of an idle kernel does nothing', () => {
  expect(commandsOf({ kind: 'interrupted' }, submitted(1))).toEqual(['start 1'])
})

test('a cell that ends after it was given up on changes nothing', () => {
  expect(commandsOf(submitted(1), ended(1, 'interrupted'), submitted(2), ended(1))).toEqual([
    'start 1',
    'report 1 interrupted',
    'start 2',
  ])
})
