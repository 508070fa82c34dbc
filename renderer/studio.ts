import { createPinia } from 'pinia';
import { createApp, type App } from 'vue';
import StudioFrame from './StudioFrame.vue';
import { restHiddenPages } from './controls/whileShown.ts';
import { connectionKey, type HostConnection } from './host/connection.ts';

/** The whole studio over a connection to a host, not yet on a page. */
export function createStudio(connection: HostConnection): App {
  return createApp(StudioFrame).use(createPinia()).use(restHiddenPages).provide(connectionKey, connection);
}
