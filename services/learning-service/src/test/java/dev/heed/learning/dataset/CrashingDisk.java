package dev.heed.learning.dataset;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A disk whose process dies at its n-th step: before the step, in the middle of a write, or after
 * the step. From then on nothing is written any more.
 */
public final class CrashingDisk extends Disk {

  /** When in the step it dies. */
  public enum Moment {
    BEFORE,
    HALFWAY,
    AFTER
  }

  /** The death of the process. */
  public static final class Crash extends IOException {
    private static final long serialVersionUID = 1;
  }

  private interface Step {
    void run() throws IOException;
  }

  private final Moment moment;
  private int stepsLeft;
  private boolean dead;

  /**
   * @param steps how many steps go well
   */
  public CrashingDisk(int steps, Moment moment) {
    this.stepsLeft = steps;
    this.moment = moment;
  }

  /** True when the crash came. */
  public boolean crashed() {
    return dead;
  }

  private void step(Step step, Step half) throws IOException {
    if (dead) {
      throw new Crash();
    }
    if (stepsLeft-- > 0) {
      step.run();
      return;
    }
    dead = true;
    switch (moment) {
      case BEFORE -> {}
      case HALFWAY -> half.run();
      case AFTER -> step.run();
    }
    throw new Crash();
  }

  @Override
  void write(Path file, long position, byte[] bytes) throws IOException {
    step(
        () -> super.write(file, position, bytes),
        () -> super.write(file, position, java.util.Arrays.copyOf(bytes, bytes.length / 2)));
  }

  @Override
  void rename(Path from, Path to) throws IOException {
    step(() -> super.rename(from, to), () -> {});
  }

  @Override
  void syncFolder(Path folder) throws IOException {
    step(() -> super.syncFolder(folder), () -> {});
  }

  @Override
  void truncate(Path file, long length) throws IOException {
    step(() -> super.truncate(file, length), () -> {});
  }

  /** Opens a data set on this disk. */
  public Dataset open(Path folder, long segmentBytes) throws IOException {
    return Dataset.open(folder, segmentBytes, this);
  }
}
