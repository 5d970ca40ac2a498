package dev.heed.inference.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.inference.TinyDecoder;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The way of a graphics card (cache from the session's allocator, copies by the runtime, inputs
 * bound anew), on the processor; and what is said where there is no card.
 */
class DeviceMemoryTest {

  private static final int SLOTS = 4;
  private static final int POSITIONS = 64;

  @TempDir Path folder;

  @Test
  void theCacheOfADeviceGivesTheSameLogits() throws Exception {
    GenaiConfig config = TinyDecoder.writeAdaptable(folder);

    List<float[]> host = run(DecoderSession.open(folder, config, SLOTS, POSITIONS, 1, false));
    List<float[]> device = run(DecoderSession.openAsDevice(folder, config, SLOTS, POSITIONS));

    assertEquals(host.size(), device.size());
    for (int i = 0; i < host.size(); i++) {
      assertArrayEquals(host.get(i), device.get(i), "step " + i);
    }
  }

  /** Prefills, exchanges, copies and decodes, with an adapter and without. */
  private static List<float[]> run(DecoderSession session) throws Exception {
    var task =
        new FutureTask<>(
            () -> {
              List<float[]> seen = new ArrayList<>();
              SplittableRandom random = new SplittableRandom(4);
              try (session) {
                var adapter = Optional.of(session.adapter("a", TinyDecoder.adapter(3)));
                int[] past = {9, 5, 12, 5};
                for (int slot = 0; slot < 3; slot++) {
                  int[] prompt = random.ints(past[slot], 1, 101).toArray();
                  seen.add(row(session, session.prefill(slot, 0, prompt, 0, past[slot]), 0));
                }
                session.copy(1, 3, 5);
                session.swap(0, 2, 9, 12);
                past[0] = 12;
                past[2] = 9;
                for (int step = 0; step < 6; step++) {
                  int[] next = random.ints(SLOTS, 1, 101).toArray();
                  session.decode(next, past, 2);
                  MemorySegment logits = session.decode(adapter, next, past, 2, 2);
                  for (int slot = 0; slot < SLOTS; slot++) {
                    seen.add(row(session, logits, slot));
                    past[slot]++;
                  }
                }
              }
              return seen;
            });
    Thread.ofPlatform().stackSize(DecoderSession.STACK_BYTES).start(task);
    return task.get();
  }

  private static float[] row(DecoderSession session, MemorySegment logits, int row) {
    float[] values = new float[session.config().vocabulary()];
    session.read(logits, row, values);
    return values;
  }

  @Test
  void withoutACardCudaIsRefusedInOneSentence() throws Exception {
    GenaiConfig config = TinyDecoder.write(folder);

    ModelException refusal =
        assertThrows(
            ModelException.class,
            () ->
                DecoderSession.open(
                    folder, config, 1, 16, 1, false, new Device(Device.Kind.CUDA, 0)));

    assertTrue(refusal.getMessage().startsWith("device: CUDA cannot be used here: "));
    assertEquals(1, refusal.getMessage().lines().count());
  }

  @ParameterizedTest
  @CsvSource({"cpu, CPU, 0", "cuda, CUDA, 0", "cuda:2, CUDA, 2"})
  void devicesAreReadByName(String text, Device.Kind kind, int number) {
    assertEquals(new Device(kind, number), Device.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "CUDA"})
  void otherNamesAreRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Device.parse(text));
  }
}
