package dev.heed.learning.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatasetTest {

  private static final String SOURCE = "chat.turns/0";
  private static final int EVENTS = 23;
  private static final int BATCH = 4;
  private static final long SMALL_SEGMENT = 700;

  @TempDir Path folder;

  private static Row.Turn row(int number) {
    return new Row.Turn(
        "turn:" + number,
        "c_" + number % 3,
        "p_1",
        "t_" + number,
        "r_1",
        List.of(),
        "é " + number,
        "h");
  }

  /** Goes on from the manifest, as a consumer that seeks does, until the end or a crash. */
  private void consume(Dataset dataset) throws IOException {
    long offset = dataset.manifest().offsets().getOrDefault(SOURCE, 0L);
    while (offset < EVENTS) {
      long end = Math.min(EVENTS, offset + BATCH);
      for (; offset < end; offset++) {
        dataset.add(row((int) offset));
        if (offset % 5 == 0) {
          dataset.add(
              new Tombstone("c_" + offset, dataset.nextRow(), true, Tombstone.Reason.CONSENT, "h"));
        }
      }
      dataset.commit(Map.of(SOURCE, end));
    }
  }

  private List<String> ids() throws IOException {
    List<String> ids = new ArrayList<>();
    DatasetReader.of(folder).rows(row -> ids.add(row.path("id").asText()));
    return ids;
  }

  private List<String> tombstones() throws IOException {
    List<String> all = new ArrayList<>();
    DatasetReader.of(folder).tombstones(t -> all.add(t.path("subject").asText()));
    return all;
  }

  private static List<String> expected() {
    return IntStream.range(0, EVENTS).mapToObj(i -> "turn:" + i).toList();
  }

  @ParameterizedTest
  @EnumSource(CrashingDisk.Moment.class)
  void aCrashAtAnyStepNeitherLosesNorDoublesARow(CrashingDisk.Moment moment) throws IOException {
    int crashes = 0;
    for (int steps = 0; ; steps++) {
      // Given
      deleteAll();
      CrashingDisk disk = new CrashingDisk(steps, moment);
      // When
      try (Dataset dataset = disk.open(folder, SMALL_SEGMENT)) {
        consume(dataset);
      } catch (CrashingDisk.Crash e) {
        crashes++;
      }
      try (Dataset dataset = Dataset.open(folder, SMALL_SEGMENT)) {
        consume(dataset);
      }
      // Then
      assertEquals(expected(), ids(), "after a crash " + moment + " step " + steps);
      assertEquals(List.of("c_0", "c_5", "c_10", "c_15", "c_20"), tombstones());
      if (!disk.crashed()) {
        break;
      }
    }
    assertTrue(crashes > 20, "only " + crashes + " crashes");
  }

  @Test
  void aCrashInTheRecoveryFromACrashIsNoWorse() throws IOException {
    for (int first = 0; first < 12; first++) {
      for (int second = 0; second < 8; second++) {
        deleteAll();
        for (CrashingDisk disk :
            List.of(
                new CrashingDisk(first, CrashingDisk.Moment.HALFWAY),
                new CrashingDisk(second, CrashingDisk.Moment.AFTER))) {
          try (Dataset dataset = disk.open(folder, SMALL_SEGMENT)) {
            consume(dataset);
          } catch (CrashingDisk.Crash e) {
            assertTrue(disk.crashed());
          }
        }
        try (Dataset dataset = Dataset.open(folder, SMALL_SEGMENT)) {
          consume(dataset);
        }
        assertEquals(expected(), ids());
      }
    }
  }

  private void deleteAll() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void aFullSegmentIsSealedWithItsHash() throws IOException {
    try (Dataset dataset = Dataset.open(folder, SMALL_SEGMENT)) {
      consume(dataset);
    }
    List<Manifest.Segment> segments = DatasetReader.of(folder).manifest().segments();
    assertTrue(segments.size() > 1);
    for (Manifest.Segment segment : segments.subList(0, segments.size() - 1)) {
      assertEquals(
          segment.sha256().orElseThrow(), DatasetReader.sha256(folder.resolve(segment.file())));
      assertEquals(segment.bytes(), Files.size(folder.resolve(segment.file())));
    }
    assertTrue(segments.getLast().sha256().isEmpty());
  }

  @Test
  void whatIsKnownOutlivesARestart() throws IOException {
    try (Dataset dataset = Dataset.open(folder, SMALL_SEGMENT)) {
      consume(dataset);
    }
    try (Dataset dataset = Dataset.open(folder, SMALL_SEGMENT)) {
      assertTrue(dataset.holds(row(0)));
      assertFalse(dataset.holds(row(EVENTS)));
      assertTrue(dataset.withdrawn("c_5"));
      assertFalse(dataset.withdrawn("c_6"));
      assertEquals(EVENTS, dataset.nextRow());
    }
  }

  @Test
  void rowsOfAWithdrawnConversationAreNotUsable() throws IOException {
    try (Dataset dataset = Dataset.open(folder, SMALL_SEGMENT)) {
      for (int i = 0; i < 6; i++) {
        dataset.add(row(i));
      }
      dataset.add(new Tombstone("c_1", dataset.nextRow(), true, Tombstone.Reason.DELETED, "h"));
      dataset.add(new Tombstone("c_1", dataset.nextRow(), false, Tombstone.Reason.CONSENT, "h"));
      dataset.add(row(7));
      dataset.commit(Map.of(SOURCE, 8L));
    }
    List<String> usable = new ArrayList<>();
    DatasetReader.of(folder).usableRows(row -> usable.add(row.path("id").asText()));
    assertEquals(List.of("turn:0", "turn:2", "turn:3", "turn:5", "turn:7"), usable);
  }

  @Test
  void onlyOneProcessWrites() throws IOException {
    try (Dataset dataset = Dataset.open(folder, SMALL_SEGMENT)) {
      assertEquals(0, dataset.nextRow());
      assertThrows(DatasetException.class, () -> Dataset.open(folder, SMALL_SEGMENT).close());
    }
    Dataset.open(folder, SMALL_SEGMENT).close();
  }

  @Test
  void aDamagedManifestOrAShortenedFileIsSaidAndNotWorkedOn() throws IOException {
    try (Dataset dataset = Dataset.open(folder, 1 << 20)) {
      consume(dataset);
    }
    Path rows = folder.resolve("rows-00000000.jsonl");
    byte[] whole = Files.readAllBytes(rows);
    Files.write(rows, Arrays.copyOf(whole, whole.length - 1));
    var tooShort =
        assertThrows(DatasetException.class, () -> Dataset.open(folder, 1 << 20).close());
    assertTrue(tooShort.getMessage().contains("rows-00000000.jsonl"), tooShort::getMessage);
    Files.write(rows, whole);
    Files.writeString(folder.resolve("manifest.json"), "{", StandardOpenOption.TRUNCATE_EXISTING);
    assertThrows(DatasetException.class, () -> Dataset.open(folder, 1 << 20).close());
    Files.writeString(
        folder.resolve("manifest.json"), "{\"format\":2,\"offsets\":{},\"segments\":[]}");
    assertThrows(DatasetException.class, () -> Dataset.open(folder, 1 << 20).close());
  }

  @Test
  void theKeyIsMadeOnceAndIsNobodyElsesToRead() throws IOException {
    Path file = folder.resolve("dataset.key");
    byte[] key = DatasetKey.in(file);
    assertEquals(Arrays.toString(key), Arrays.toString(DatasetKey.in(file)));
    assertEquals(2, Files.getPosixFilePermissions(file).size());
    assertNotEquals(
        Arrays.toString(key), Arrays.toString(DatasetKey.in(folder.resolve("other.key"))));
    Files.write(file, new byte[3]);
    assertThrows(DatasetException.class, () -> DatasetKey.in(file));
  }
}
