// Time as the law here reads it: now() and today() are the moment handed in, and every date and time is Vietnamese time.
import { FeelDateTime } from "feelin";
import { Temporal } from "temporal-polyfill";

const ZONE = "Asia/Ho_Chi_Minh";

export function setClock({ moment, offset }) {
  const now = () => Temporal.Instant.from(moment).toZonedDateTimeISO(offset);
  Temporal.Now.zonedDateTimeISO = now;
  Temporal.Now.plainDateISO = () => now().toPlainDate();
}

// feelin subtracts wall clocks whatever their zones, and compares a moment without a zone as if it were UTC. So each
// date and time, the moment it is made, is put into Vietnamese time; one without a zone is taken as Vietnamese.
// (The constructor assigns value, then zone, then reads both: the zone's setter is where both can be put right.)
Object.defineProperty(FeelDateTime.prototype, "zone", {
  configurable: true,
  set(zone) {
    let own = zone;
    if (zone !== "+07:00") {
      try {
        const local = this.value.toZonedDateTime(zone ?? ZONE).withTimeZone(ZONE);
        this.value = local.toPlainDateTime();
        own = local.offset;
      } catch {
        own = zone; // an offset with seconds, from before 1911: Temporal cannot convert it, feelin can compare it
      }
    }
    Object.defineProperty(this, "zone", { value: own, writable: true, enumerable: true, configurable: true });
  },
});
