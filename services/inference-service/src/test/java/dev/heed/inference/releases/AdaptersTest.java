package dev.heed.inference.releases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.inference.TinyDecoder;
import dev.heed.inference.releases.Release.Stage;
import dev.heed.inference.runtime.DecoderSession;
import dev.heed.inference.runtime.LoadedAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets which adapter. */
class AdaptersTest {

  private static final Instant DAY = Instant.parse("2026-11-25T00:00:00Z");

  @TempDir Path folder;

  private DecoderSession session;
  private Adapters adapters;

  @BeforeEach
  void open() throws IOException {
    session = DecoderSession.open(folder, TinyDecoder.writeAdaptable(folder), 1, 16, 1, false);
    adapters = new Adapters(LoadedAdapter::letGo);
  }

  @AfterEach
  void close() {
    session.close();
  }

  private static Release release(String name, Stage stage, double share, int minute) {
    return new Release("id-" + name, name, "1", share, stage, DAY.plusSeconds(60L * minute));
  }

  private LoadedAdapter put(Release release) {
    LoadedAdapter adapter =
        session.adapter(release.title(), TinyDecoder.adapter(release.at().hashCode()));
    adapters.put(release, adapter);
    return adapter;
  }

  private Optional<String> pick(String pseudonym) {
    return adapters.pick(pseudonym).map(LoadedAdapter::name);
  }

  @Test
  void nobodyGetsAShadow() {
    put(release("a", Stage.SHADOW, 1, 0));

    assertEquals(Optional.empty(), pick("p"));
  }

  @Test
  void everyoneGetsTheNewestLiveOne() {
    put(release("a", Stage.LIVE, 1, 0));
    put(release("b", Stage.LIVE, 1, 2));
    put(release("c", Stage.LIVE, 1, 1));

    assertEquals(Optional.of("b@1"), pick("p"));
  }

  @Test
  void aWithdrawnOneGivesWayToTheOneBefore() {
    put(release("a", Stage.LIVE, 1, 0));
    LoadedAdapter gone = put(release("b", Stage.LIVE, 1, 1));

    adapters.withdraw(release("b", Stage.WITHDRAWN, 0, 2));

    assertEquals(Optional.of("a@1"), pick("p"));
    assertFalse(gone.hold(), "it was let go");
  }

  @Test
  void aReplyUnderWayKeepsAWithdrawnOne() {
    put(release("a", Stage.LIVE, 1, 0));
    LoadedAdapter held = adapters.pick("p").orElseThrow();

    adapters.withdraw(release("a", Stage.WITHDRAWN, 0, 2));

    assertEquals(Optional.empty(), pick("p"));
    assertTrue(held.hold(), "it is there as long as someone writes with it");
  }

  @Test
  void aCanaryServesItsShareAndAlwaysTheSamePeople() {
    put(release("live", Stage.LIVE, 1, 0));
    put(release("canary", Stage.CANARY, 0.2, 1));

    long first = IntStream.range(0, 5000).filter(this::isCanary).count();
    adapters.move(release("canary", Stage.CANARY, 0.4, 2));
    long second = IntStream.range(0, 5000).filter(this::isCanary).count();

    assertEquals(1000, first, 120);
    assertEquals(2000, second, 150);
    adapters.move(release("canary", Stage.CANARY, 0.2, 3));
    IntStream.range(0, 5000)
        .filter(this::isCanary)
        .forEach(i -> assertTrue(Adapters.inShare("id-canary", "p" + i, 0.4)));
  }

  private boolean isCanary(int person) {
    return pick("p" + person).orElseThrow().equals("canary@1");
  }

  /** The rule is shared with other services: these figures were made by Python's hashlib. */
  @Test
  void theShareIsCountedAsAgreed() {
    assertTrue(Adapters.inShare("r1", "p1", 0.43245));
    assertFalse(Adapters.inShare("r1", "p1", 0.43235));
  }

  @Test
  void noMoreThanEightAreKept() {
    for (int i = 0; i < 12; i++) {
      put(release("a" + i, Stage.LIVE, 1, i));
    }

    assertEquals(8, adapters.size());
    assertEquals(Optional.of("a11@1"), pick("p"));
  }

  @Test
  void bytesWithAnotherHashAreNotRead() throws Exception {
    Path file = Files.writeString(folder.resolve("adapter"), "abc");
    String right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    assertEquals(3, Artifacts.read(file.toUri().toString(), right).length);
    var other =
        assertThrows(
            Artifacts.Refused.class,
            () -> Artifacts.read(file.toUri().toString(), right.replace('b', 'c')));
    var missing =
        assertThrows(Artifacts.Refused.class, () -> Artifacts.read("file:/nowhere/x", right));
    var place = assertThrows(Artifacts.Refused.class, () -> Artifacts.read("http://x/y", right));
    assertEquals("other_hash", other.code());
    assertEquals("unreadable", missing.code());
    assertEquals("other_place", place.code());
  }
}
