package dev.heed.load;

/** A way to break something. */
enum Fault {
  /** kill -9; the supervisor starts it again. */
  KILL,
  /** SIGSTOP for a while: to everybody else it is there and says nothing. */
  FREEZE,
  /** The way between a service and the broker lets nothing through for a while. */
  CUT,
  /** For a while no file may grow: as a full disk looks to one program. */
  FULL,
  /** The disk that holds all data has no byte left for a while. */
  DISK_FULL,
  /** That disk answers a tenth of the time. */
  DISK_SLOW
}
