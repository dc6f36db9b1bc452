import { basename, join } from 'node:path'

/** The text that a cell had when it ran, or is about to. */
export interface CellScript {
  /** The address of the cell's document. */
  readonly cell: string
  readonly text: string
}

/**
 * The paths under which debuggers know the cells of a notebook. VS Code's debugger binds breakpoints to files only, so
 * that every text that a cell has had counts as a file, which is never written: its text comes with the script.
 */
export interface CellScripts {
  /** The path of a text; always the same for the same text of the same cell. */
  pathOf(script: CellScript): string
  /** What stands behind a path, if it is one of ours. */
  at(path: string): CellScript | undefined
  /** A cell has another address, since its notebook was saved or moved. */
  move(from: string, to: string): void
}

/** @param folder in which the paths lie; it need not exist, and its name must be like no other */
export function createCellScripts(folder: string): CellScripts {
  const scripts: CellScript[] = []
  const pathAt = (index: number): string => join(folder, `${index + 1}.ts`)
  return {
    pathOf({ cell, text }) {
      const known = scripts.findIndex((script) => script.cell === cell && script.text === text)
      return pathAt(known >= 0 ? known : scripts.push({ cell, text }) - 1)
    },
    at(path) {
      // Debuggers change the case of drives, and on some systems of all.
      const [, parent, number] = /([^\\/]+)[\\/](\d+)\.ts$/.exec(path) ?? []
      return parent?.toLowerCase() === basename(folder).toLowerCase()
        ? scripts[Number(number) - 1]
        : undefined
    },
    move(from, to) {
      for (const [index, { cell, text }] of scripts.entries()) {
        if (cell === from) scripts[index] = { cell: to, text }
      }
    },
  }
}
