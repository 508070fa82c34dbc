import { defineStore } from 'pinia';
import { computed, onScopeDispose, ref } from 'vue';
import { useToasts } from './toasts.ts';

const storageKey = 'noisefloor.tellAtEnd';

/** Null where a browser has no notifications. */
function permissionNow(): NotificationPermission | null {
  return 'Notification' in window ? Notification.permission : null;
}

/** Tells a person who is elsewhere that a run has ended: by a notification of the desktop, or in the window's title. */
export const useEndNotice = defineStore('endNotice', () => {
  const toasts = useToasts();
  const isOn = ref(localStorage.getItem(storageKey) === 'on');
  const permission = ref(permissionNow());
  /** Stands before the window's title until somebody looks. */
  const mark = ref<string | null>(null);
  const seen = (): void => {
    mark.value = null;
  };
  window.addEventListener('focus', seen);
  onScopeDispose(() => {
    window.removeEventListener('focus', seen);
  });

  function remember(on: boolean): void {
    isOn.value = on;
    localStorage.setItem(storageKey, on ? 'on' : 'off');
  }

  return {
    isOn,
    mark,
    /** Whether the desktop may be used. */
    isAllowed: computed(() => permission.value === 'granted'),
    /** To be called where somebody pressed a button: browsers ask for the permission only then. */
    turnOn: async (): Promise<void> => {
      remember(true);
      if (permissionNow() === 'default') await Notification.requestPermission();
      permission.value = permissionNow();
      if (permission.value !== 'granted') {
        toasts.say(
          'This browser shows no notifications of Noisefloor. A message here and the title of this window will tell when the run ends.',
        );
      }
    },
    turnOff: (): void => {
      remember(false);
    },
    /** Tells what has ended, where a person wants to be told. */
    tell: (title: string, text: string): void => {
      if (!isOn.value) return;
      if (permissionNow() === 'granted') {
        const notification = new Notification(title, { body: text, tag: title });
        notification.onclick = () => {
          window.focus();
          notification.close();
        };
        return;
      }
      toasts.say(`${title} ${text}`);
      if (!document.hasFocus()) mark.value = title;
    },
  };
});
