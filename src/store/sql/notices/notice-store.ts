import type { NoticeStore } from "../../notice.ts";
import type { Transactions } from "../transactions.ts";
import { collectNotices, lookForNotices } from "./collecting.ts";
import * as deliveries from "./deliveries.ts";
import { hasStopped } from "./stopped-repeats.ts";
import * as subscriptions from "./subscriptions.ts";

export function noticeStore(on: Transactions): NoticeStore {
  return {
    async collectNotices(targets, board) {
      const { news, places, hasMore, isAnyStopped } = await on.read(function* (db) {
        const found = yield* lookForNotices(db, targets, on.nowMs());
        return { ...found, isAnyStopped: yield* hasStopped(db, targets) };
      });
      if (news.length + places.length > 0 || isAnyStopped)
        await on.write((scope) => collectNotices(scope, targets, board));
      return hasMore;
    },
    async takeDelivery(target, leaseMs) {
      const nowMs = on.nowMs();
      if (!(await on.read((db) => deliveries.isDeliveryDue(db, target, nowMs)))) return null;
      return on.write((scope) => deliveries.takeDelivery(scope, target, leaseMs), { nowMs });
    },
    endDelivery: (taken, end) => on.write((scope) => deliveries.endDelivery(scope, taken, end)),
    getNextDeliveryMs: (targets) => on.read((db) => deliveries.getNextDeliveryMs(db, targets, on.nowMs())),
    listDeliveries: (filter) => on.read((db) => deliveries.listDeliveries(db, filter)),
    retryDeliveries: (target) => on.write((scope) => deliveries.retryDeliveries(scope, target)),
    subscribe: (to) => on.write((scope) => subscriptions.subscribe(scope, to)),
    unsubscribe: (from) => on.write((scope) => subscriptions.unsubscribe(scope, from)),
    listSubscriptions: (taskId) => on.read((db) => subscriptions.listSubscriptions(db, taskId)),
  };
}
