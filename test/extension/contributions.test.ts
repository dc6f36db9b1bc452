import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  chartRendererId,
  commands,
  contextKeys,
  controllerId,
  extensionId,
  settings,
  settingsSection,
  viewContainers,
  views,
  walkthroughId,
} from '../../src/extension/contributions'
import { notebookType } from '../../src/extension/notebook/identity'

interface ManifestContainer {
  readonly id: string
  readonly icon: string
}

interface Manifest {
  readonly name: string
  readonly publisher: string
  readonly icon: string
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] }
  }
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[]
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly when: string }[]
    readonly viewsContainers: {
      readonly activitybar: readonly ManifestContainer[]
      readonly panel: readonly ManifestContainer[]
    }
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>
    readonly viewsWelcome: readonly { readonly contents: string }[]
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope?: string }>> }
    readonly notebookRenderer: readonly { readonly id: string; readonly mimeTypes: readonly string[] }[]
    readonly walkthroughs: readonly {
      readonly id: string
      readonly steps: readonly {
        readonly description: string
        readonly media: { readonly markdown: string }
      }[]
    }[]
  }
}

const root = new URL('../../', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Manifest
const { contributes } = manifest

describe('package.json and the code name the same', () => {
  test('extension', () => expect(`${manifest.publisher}.${manifest.name}`).toBe(extensionId))

  test('commands', () => {
    expect(contributes.commands.map(({ command }) => command).sort()).toEqual(Object.values(commands).sort())
  })

  test('views and their containers', () => {
    const { activitybar, panel } = contributes.viewsContainers
    expect([activitybar, panel].map(([container]) => container?.id)).toEqual([
      ...[viewContainers.ticketlab, viewContainers.panel],
    ])
    const idsIn = (container: string) => contributes.views[container]?.map(({ id }) => id)
    expect(idsIn(viewContainers.ticketlab)).toEqual([views.experiments])
    expect(idsIn(viewContainers.panel)).toEqual([views.variables])
  })

  test('settings', () => {
    expect(Object.keys(contributes.configuration.properties).sort()).toEqual(
      Object.values(settings)
        .map((name) => `${settingsSection}.${name}`)
        .sort(),
    )
  })

  test('paths stay on their machine, no folder names a program, and the rest goes along with the user', () => {
    const scopes = Object.entries(contributes.configuration.properties).map(
      ([name, { scope = 'window' }]) => [name, scope] as const,
    )
    const paths = scopes.filter(([, scope]) => scope !== 'window')
    expect(Object.fromEntries(paths)).toEqual({
      'ticketlab.nodePath': 'machine',
      'ticketlab.home': 'machine-overridable',
      'ticketlab.store': 'machine-overridable',
    })
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces
    expect([...restrictedConfigurations].sort()).toEqual(paths.map(([name]) => name).sort())
  })

  test('renderer, for Vega-Lite and Vega 3 to 6 in both ways to write it', () => {
    const [renderer] = contributes.notebookRenderer
    expect(renderer?.id).toBe(chartRendererId)
    expect(renderer?.mimeTypes).toHaveLength(16)
    expect(renderer?.mimeTypes).toContain('application/vnd.vegalite.v5+json')
    expect(renderer?.mimeTypes).toContain('application/vnd.vegalite.v6.json')
    expect(renderer?.mimeTypes).toContain('application/vnd.vega.v5+json')
    expect(renderer?.mimeTypes).toContain('application/vnd.vega.v6+json')
  })

  test('walkthrough', () => expect(contributes.walkthroughs.map(({ id }) => id)).toEqual([walkthroughId]))
})

test('menus, welcome view and walkthrough offer only commands that there are', () => {
  const known = new Set<string>([...Object.values(commands), `${views.experiments}.focus`])
  const texts = [
    ...contributes.viewsWelcome.map(({ contents }) => contents),
    ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ description }) => description)),
  ]
  const linked = texts.flatMap((text) => [...text.matchAll(/command:([\w.]+)/g)].map((match) => match[1]!))
  const inMenus = Object.values(contributes.menus)
    .flat()
    .map(({ command }) => command)
  expect(linked.length).toBeGreaterThan(3)
  expect([...linked, ...inMenus].filter((command) => !known.has(command))).toEqual([])
})

test('nothing is only in the palette: every command has a place in a menu, a view or a walkthrough, or a key', () => {
  const texts = JSON.stringify([contributes.viewsWelcome, contributes.walkthroughs])
  const placed = new Set([
    ...Object.values(contributes.menus).flatMap((menu) => menu.map(({ command }) => command)),
    ...contributes.keybindings.map(({ command }) => command),
    ...[...texts.matchAll(/command:([\w.]+)/g)].map((match) => match[1]!),
  ])
  expect(Object.values(commands).filter((command) => !placed.has(command))).toEqual([])
})

test('menus of our notebooks test for our kernel', () => {
  const menus = ['notebook/toolbar', 'notebook/cell/execute']
  const conditions = menus.flatMap((menu) => contributes.menus[menu]?.map(({ when }) => when) ?? [])
  expect(conditions).toHaveLength(4)
  for (const when of conditions) expect(when).toContain(`notebookKernel == '${extensionId}/${controllerId}'`)
})

test('keys act in our notebooks only, as long as the setting says so', () => {
  expect(contributes.keybindings.length).toBeGreaterThan(0)
  for (const { when } of contributes.keybindings) {
    expect(when).toContain(`${contextKeys.notebookIsOurs} && notebookType == '${notebookType}' && `)
    expect(when).toContain(`config.${settingsSection}.${settings.jupyterKeys}`)
  }
})

test('conditions name only keys that are set', () => {
  const conditions = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(
    ({ when = '' }) => when.replaceAll(`config.${settingsSection}.${settings.jupyterKeys}`, ''),
  )
  const ours = conditions.flatMap((when) => [...when.matchAll(/(?<!')ticketlab\.\w+/g)].map(([key]) => key))
  const known: readonly string[] = [...Object.values(contextKeys), ...Object.values(views)]
  expect(ours).toContain(contextKeys.notebookIsOurs)
  expect(ours.filter((key) => !known.includes(key))).toEqual([])
})

test('pictures and pages that the manifest names are there', () => {
  const files = [
    manifest.icon,
    ...Object.values(contributes.viewsContainers).flatMap((containers) => containers.map(({ icon }) => icon)),
    ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
  ]
  expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([])
})
