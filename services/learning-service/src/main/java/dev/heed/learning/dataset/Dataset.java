package dev.heed.learning.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An append-only data set in a folder: files of JSON lines, and a manifest that says how much of
 * them counts and how far in each topic they reach. A commit writes rows, makes them durable, and
 * then puts a new manifest in the old one's place; whatever a crash leaves behind, the manifest and
 * what it counts agree, so a reader that goes on from its offsets loses and doubles nothing.
 *
 * <p>One process at a time, one thread in it. After a failed commit the object is of no use: open
 * the folder again.
 */
public final class Dataset implements AutoCloseable {

  static final String MANIFEST = "manifest.json";
  private static final String NEW_MANIFEST = "manifest.json.new";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Path folder;
  private final Disk disk;
  private final long segmentBytes;
  private final FileChannel lockChannel;
  private final ByteArrayOutputStream rows = new ByteArrayOutputStream();
  private final ByteArrayOutputStream tombstones = new ByteArrayOutputStream();
  private final Known known;
  private Manifest manifest;
  private int pendingRows;
  private int pendingTombstones;

  private Dataset(
      Path folder, Disk disk, long segmentBytes, FileChannel lock, Manifest manifest, Known known) {
    this.folder = folder;
    this.disk = disk;
    this.segmentBytes = segmentBytes;
    this.lockChannel = lock;
    this.manifest = manifest;
    this.known = known;
  }

  /**
   * Opens a data set, or begins one, and cuts off what a crash left over.
   *
   * @param segmentBytes size at which a file of rows is sealed
   * @throws DatasetException when it is in use, or damaged
   */
  public static Dataset open(Path folder, long segmentBytes) throws IOException {
    return open(folder, segmentBytes, new Disk());
  }

  static Dataset open(Path folder, long segmentBytes, Disk disk) throws IOException {
    Files.createDirectories(folder);
    FileChannel lock = lock(folder);
    try {
      Manifest manifest = readManifest(folder.resolve(MANIFEST));
      for (Manifest.Segment segment : manifest.segments()) {
        cut(folder, segment, disk);
      }
      cut(folder, manifest.tombstones(), disk);
      Known known = Known.of(new DatasetReader(folder, manifest));
      return new Dataset(folder, disk, segmentBytes, lock, manifest, known);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // held by this very process
    }
    channel.close();
    throw new DatasetException("another learning-service writes the data set in " + folder);
  }

  static Manifest readManifest(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Manifest.empty();
    }
    try {
      Manifest manifest = JSON.readValue(file.toFile(), Manifest.class);
      if (manifest.format() != Manifest.FORMAT) {
        throw new DatasetException("the data set has format " + manifest.format());
      }
      return manifest;
    } catch (JsonProcessingException e) {
      throw new DatasetException("the manifest " + file + " is damaged", e);
    }
  }

  private static void cut(Path folder, Manifest.Segment segment, Disk disk) throws IOException {
    Path file = folder.resolve(segment.file());
    long length = Files.exists(file) ? Files.size(file) : 0;
    if (length < segment.bytes()) {
      throw new DatasetException(
          file + " has " + length + " bytes, but the manifest counts " + segment.bytes());
    }
    if (length > segment.bytes()) {
      disk.truncate(file, segment.bytes());
    }
  }

  /** What was committed last. */
  public Manifest manifest() {
    return manifest;
  }

  /** Number of the next row. */
  public long nextRow() {
    return manifest.rowCount() + pendingRows;
  }

  /** Rows that wait for a commit. */
  public int pending() {
    return pendingRows + pendingTombstones;
  }

  /** Bytes that wait for a commit. */
  public long pendingBytes() {
    return (long) rows.size() + tombstones.size();
  }

  /** True when the row is there already; within the last rows, which is as far as repeats reach. */
  public boolean holds(Row row) {
    return known.holds(row.id());
  }

  /** True while the consent to a conversation is withdrawn, or a piece of feedback is erased. */
  public boolean withdrawn(String subject) {
    return known.withdrawn(subject);
  }

  /**
   * True for what a person did before they asked to be forgotten. Times are hours, so the rest of
   * that hour is left out too.
   *
   * @param hour as rows tell it
   */
  public boolean erased(String person, String hour) {
    return known.erased(person, hour);
  }

  /** Adds a row to the next commit. */
  public void add(Row row) {
    line(rows, row);
    pendingRows++;
    known.add(row.id());
  }

  /** Adds a tombstone to the next commit. */
  public void add(Tombstone tombstone) {
    line(tombstones, tombstone);
    pendingTombstones++;
    known.add(tombstone);
  }

  private static void line(ByteArrayOutputStream out, Object value) {
    try {
      out.writeBytes(JSON.writeValueAsBytes(value));
      out.write('\n');
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("rows are plain records", e);
    }
  }

  /**
   * Makes what was added durable, together with the place in the topics that it came from.
   *
   * @param offsets next offset to read, by {@code topic/partition}; partitions left out keep theirs
   */
  public void commit(Map<String, Long> offsets) throws IOException {
    Map<String, Long> next = new TreeMap<>(manifest.offsets());
    next.putAll(offsets);
    List<Manifest.Segment> segments = new ArrayList<>(manifest.segments());
    if (pendingRows > 0) {
      Manifest.Segment growing = growing(segments);
      disk.write(folder.resolve(growing.file()), growing.bytes(), rows.toByteArray());
      segments.add(growing.grown(pendingRows, rows.size()));
    }
    Manifest.Segment tombs = manifest.tombstones();
    if (pendingTombstones > 0) {
      disk.write(folder.resolve(tombs.file()), tombs.bytes(), tombstones.toByteArray());
      tombs = tombs.grown(pendingTombstones, tombstones.size());
    }
    Manifest committed = manifest.with(segments, tombs, next);
    disk.write(folder.resolve(NEW_MANIFEST), 0, JSON.writeValueAsBytes(committed));
    // The names of new files must be durable before a manifest that names them can be.
    disk.syncFolder(folder);
    disk.rename(folder.resolve(NEW_MANIFEST), folder.resolve(MANIFEST));
    disk.syncFolder(folder);
    manifest = committed;
    rows.reset();
    tombstones.reset();
    pendingRows = 0;
    pendingTombstones = 0;
  }

  /** Takes the segment that grows out of the list; seals it and begins another when it is full. */
  private Manifest.Segment growing(List<Manifest.Segment> segments) throws IOException {
    if (!segments.isEmpty()) {
      Manifest.Segment last = segments.removeLast();
      if (last.sha256().isEmpty() && last.bytes() < segmentBytes) {
        return last;
      }
      segments.add(
          last.sha256().isPresent()
              ? last
              : last.sealed(DatasetReader.sha256(folder.resolve(last.file()))));
    }
    return Manifest.Segment.empty("rows-%08d.jsonl".formatted(segments.size()));
  }

  @Override
  public void close() throws IOException {
    lockChannel.close();
  }
}
