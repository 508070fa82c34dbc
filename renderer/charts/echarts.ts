import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use, type ComposeOption, type ECharts } from 'echarts/core';
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { GridComponentOption } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';

use([CanvasRenderer, GridComponent, LineChart, ScatterChart, CustomChart]);

/** What the studio's pictures are made of: only these parts of ECharts are shipped. */
export type ChartOption = ComposeOption<
  GridComponentOption | LineSeriesOption | ScatterSeriesOption | CustomSeriesOption
>;
export type Chart = ECharts;

export function makeChart(element: HTMLElement): Chart {
  return init(element, null, { renderer: 'canvas' });
}
