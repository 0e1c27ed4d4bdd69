// The dashboard as it is packaged: every alarm of the stack, and only metrics that the functions write.
import { describe, expect, it } from '@jest/globals'
import { NAMESPACE, SERVICE, UNITS } from '../../core/notify/metrics.ts'
import { fillDashboard } from '../../scripts/dashboard.ts'
import type { Resources } from '../../scripts/exempt-paths.ts'
import { resources } from './stack.ts'

interface Widget {
  type: string
  x: number
  y: number
  width: number
  height: number
  properties: { title: string; metrics?: [...string[], { label: string }][]; alarms?: string[]; region?: string }
}

/** The body as CloudFormation would make it, but for the references. */
function bodyOf(without: string[] = []): { widgets: Widget[] } {
  const kept = Object.entries(structuredClone(resources)).filter(([name]) => !without.includes(name))
  const written: Required<Resources> = { Resources: Object.fromEntries(kept) }
  fillDashboard(written, 'prod')
  const body = written.Resources.Dashboard?.Properties?.DashboardBody as { 'Fn::Sub': string } | undefined
  return JSON.parse(body?.['Fn::Sub'] ?? '')
}

const { widgets } = bodyOf()
const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? [])

describe('the dashboard', () => {
  it('shows every metric that the functions write, and none that they do not', () => {
    expect(metrics.map(([, name]) => name).toSorted()).toEqual(Object.keys(UNITS).toSorted())
  })

  it.each(metrics)('reads %s %s with the dimensions that are written', (...metric) => {
    expect(metric).toEqual([
      ...[NAMESPACE, metric[1], 'service', SERVICE, 'stage', 'prod'],
      { label: expect.stringMatching(/\w/) },
    ])
  })

  it('shows keys by outcome, stale keys, report age, waiting approvals and alarms', () => {
    const shown = widgets.map(({ properties }) => properties.title)
    for (const about of [/outcome/, /Stale/, /report/, /wait for approval/, /Alarms/])
      expect(shown).toContainEqual(expect.stringMatching(about))
  })

  it('lists every alarm of the stack, but none that is not deployed', () => {
    const alarms = Object.keys(resources).filter((name) => resources[name]?.Type === 'AWS::CloudWatch::Alarm')
    const listed = (body: { widgets: Widget[] }) => body.widgets.flatMap(({ properties }) => properties.alarms ?? [])
    expect(listed(bodyOf())).toEqual(alarms.map((name) => `\${${name}.Arn}`))
    expect(listed(bodyOf(['NoPlan']))).not.toContain('${NoPlan.Arn}')
  })

  it('fits CloudWatch’s grid, and no widget covers another', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, n) => `${x + (n % width)},${y + Math.floor(n / width)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(Math.max(...widgets.map(({ x, width }) => x + width))).toBe(24)
  })

  it('shows the Region of the stack', () => {
    const regions = widgets.filter(({ type }) => type === 'metric').map(({ properties }) => properties.region)
    expect(new Set(regions)).toEqual(new Set(['${AWS::Region}']))
  })
})
