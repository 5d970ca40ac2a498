package dev.heed.safety.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.safety.screening.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies that change while they are used. */
class PolicyWatcherTest {

  private static final String TEXT =
      "format: 1\nversion: %s\nrules: {user: {hate: {threshold: %s, action: refuse, message: no}}}\n"
          + "messages: {no: [No.], unavailable: [Later.]}\n";

  @TempDir Path folder;

  private final List<String> rejected = new ArrayList<>();

  @Test
  void aBrokenVersionLeavesTheLastGoodOneInForce() throws IOException {
    Path file = Files.writeString(folder.resolve("p.yaml"), TEXT.formatted("one", "0.5"));
    var watcher = new PolicyWatcher(file, problem -> rejected.add(problem.getMessage()));
    assertFalse(watcher.poll());

    Files.writeString(file, TEXT.formatted("two", "lots"));
    assertFalse(watcher.poll());
    assertFalse(watcher.poll());
    Files.delete(file);
    assertFalse(watcher.poll());

    assertEquals("one", watcher.current().standard().version());
    assertEquals(2, rejected.size());
    assertTrue(rejected.getFirst().contains("line 3"), rejected::toString);
    Files.writeString(file, TEXT.formatted("three", "0.2"));
    assertTrue(watcher.poll());
    assertEquals("three", watcher.current().standard().version());
  }

  @Test
  void withoutAFirstGoodVersionThereIsNone() {
    Path absent = folder.resolve("absent.yaml");
    assertThrows(PolicyException.class, () -> new PolicyWatcher(absent, p -> {}));
  }

  @Test
  void cautionLowersWhatStopsAndLeavesMarks() {
    Policy policy = PolicyFile.standard().standard();
    Policy cautious = policy.stricter(0.7);

    assertEquals(Action.ALLOW, policy.decide(Role.USER, Map.of("hate", 0.4)).action());
    assertEquals(Action.REFUSE, cautious.decide(Role.USER, Map.of("hate", 0.4)).action());
    assertEquals(Action.ALLOW, cautious.decide(Role.USER, Map.of("sensitive.drugs", 0.4)).action());
    assertEquals(policy.version() + "+caution", cautious.version());
    for (double factor : new double[] {0, -1, 1.1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> policy.stricter(factor));
    }
  }

  @Test
  void aReplayCountsWhatWouldChange() {
    PolicySet old = PolicyFile.parse(TEXT.formatted("old", "0.5"));
    PolicySet strict = PolicyFile.parse(TEXT.formatted("new", "0.2"));
    Replay replay = new Replay(old, strict);

    var same = new Replay.Recorded("a", "default", Role.USER, Map.of("hate", 0.9), null);
    var changed = new Replay.Recorded("b", "default", Role.USER, Map.of("hate", 0.3), null);
    var recorded =
        new Replay.Recorded("c", "default", Role.USER, Map.of("hate", 0.1), Action.REFUSE);
    assertNull(replay.add(same));
    assertEquals(Action.REFUSE, replay.add(changed).to());
    assertEquals(Action.ALLOW, replay.add(recorded).to());

    assertEquals(3, replay.total());
    assertEquals(
        Map.of("user hate: allow -> refuse", 1, "user none: refuse -> allow", 1), replay.changes());
  }
}
