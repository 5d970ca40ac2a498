package dev.heed.inference.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class LongSliceTest {

  private static final long MOST = 100_000_000;

  private static Optional<Long> inAThread() throws Exception {
    var asked = new FutureTask<>(LongSlice::ask);
    Thread.ofPlatform().start(asked);
    return asked.get();
  }

  /** Linux 6.12 is the first that takes a slice from a thread. */
  private static boolean kernelTakesSlices() {
    String[] version = System.getProperty("os.version", "0").split("[^0-9]+", 3);
    int major = Integer.parseInt(version[0]);
    int minor = version.length > 1 && !version[1].isEmpty() ? Integer.parseInt(version[1]) : 0;
    return System.getProperty("os.name").equals("Linux")
        && (major > 6 || major == 6 && minor >= 12);
  }

  @Test
  void isTakenWhereThereIsSuchAThingAndNothingHappensElsewhere() throws Exception {
    Optional<Long> slice = inAThread();
    if (kernelTakesSlices()) {
      assertEquals(Optional.of(MOST), slice);
    } else {
      assertTrue(slice.isEmpty() || slice.get() <= MOST);
    }
  }
}
