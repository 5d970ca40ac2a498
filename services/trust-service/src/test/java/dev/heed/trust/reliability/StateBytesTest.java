package dev.heed.trust.reliability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The compact form of states. */
class StateBytesTest {

  private static final String ITEM = "01890a5d-ac96-774b-bcce-b302099a8057";

  private static Memory rated(int items) {
    Memory memory = Memory.inMaps();
    var cohort = new Circumstances(List.of("c"), OptionalLong.empty());
    TrustFilter filter = new TrustFilter(Params.REVIEWED, memory);
    Random random = new Random(3);
    for (int i = 0; i < items; i++) {
      String item = ITEM.substring(0, 32) + "%04x".formatted(i);
      filter.rate("ann", item, i % 2, OptionalDouble.of(random.nextDouble()), cohort);
      filter.rate("p1_bob", item, 1, OptionalDouble.empty(), cohort);
    }
    return memory;
  }

  @Test
  void aRaterComesBackToNineDigits() {
    for (int items : new int[] {1, 5, 80}) {
      Rater rater = rated(items).rater("ann").orElseThrow();
      Rater back = StateBytes.rater(StateBytes.write(rater));
      assertEquals(rater.id, back.id);
      assertEquals(rater.events, back.events);
      assertEquals(rater.tested, back.tested);
      assertEquals(rater.proof, back.proof);
      assertClose(rater.belief, back.belief);
      assertClose(rater.base, back.base);
      assertClose(rater.shown, back.shown);
      assertArrayEquals(rater.shares, back.shares);
      assertEquals(rater.window.size(), back.window.size());
      var expected = rater.window.iterator();
      for (Rater.Entry entry : back.window) {
        Rater.Entry was = expected.next();
        assertEquals(was.item, entry.item);
        assertEquals(was.label, entry.label);
        assertEquals(was.others, entry.others, 4e-9 * was.others);
        assertEquals(was.bad, entry.bad, 4e-9 * was.bad);
      }
      assertArrayEquals(StateBytes.write(back), StateBytes.write(back), "the same bytes");
    }
  }

  private static void assertClose(double[] expected, double[] actual) {
    if (expected == null) {
      assertNull(actual);
      return;
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 4e-9 * expected[i]);
    }
  }

  @Test
  void whatIsTheSameIsWrittenOnce() {
    Rater rater = rated(80).rater("ann").orElseThrow();
    rater.shown = rater.belief;
    int shared = StateBytes.write(rater).length;
    rater.shown = rater.belief.clone();
    assertEquals(shared + 5 * rater.belief.length + 1, StateBytes.write(rater).length);
    rater.shown = rater.belief;
    Rater back = StateBytes.rater(StateBytes.write(rater));
    assertSame(back.belief, back.shown);
  }

  @Test
  void anItemComesBackWithWhoSpeaksForWhom() {
    Item item = rated(1).item(ITEM.substring(0, 32) + "0000").orElseThrow();
    item.gold = -6;
    item.judged = .5;
    Item back = StateBytes.item(StateBytes.write(item));
    assertEquals(item.messages, back.messages);
    assertEquals(item.silent, back.silent);
    assertTrue(back.silent.contains("p1_bob"));
    assertEquals(item.speakers, back.speakers);
    assertEquals(item.anchor, back.anchor);
    assertEquals(-6, back.gold);
    assertEquals(.5, back.judged);
    assertEquals(item.proven + item.unproven, back.proven + back.unproven, 1e-12);
  }

  @Test
  void aStateOfBeforeThereWereVersionsIsStillRead() {
    StringBuilder cells = new StringBuilder();
    int plain = new Cells(Params.DEFAULT).size();
    for (int i = 0; i < plain; i++) {
      cells.append(i == 0 ? "" : ",").append(i + 1);
    }
    Rater rater =
        StateBytes.rater(
            json(
                "{'id':'ann','events':3,'tested':1.5,'proof':.5,'dirty':0,'belief':["
                    + cells
                    + "],'shares':[1,0,0,0,0,0,0,0],'window':[['r1',1,.25,.75]]}"));
    assertEquals(3, rater.events);
    assertNull(rater.base);
    assertEquals(plain, rater.belief.length);
    assertEquals(7, rater.belief[6]);
    assertEquals(8, rater.shares.length);
    assertEquals("r1", rater.window.getFirst().item);
    Item item =
        StateBytes.item(
            json(
                "{'id':'r1','hasPrior':true,'anchor':1.25,'gold':0,'messages':[['ann',.5,true]]}"));
    assertEquals(.5, item.proven);
    TrustFilter filter = new TrustFilter(Params.DEFAULT, Memory.inMaps());
    filter.restore(json("{'ones':7,'labels':20,'counts':[1,2,3,4,5,6,7,8],'queue':[]}"));
    assertTrue(filter.population().length > 0);
    assertEquals(1, filter.rate("bob", "r2", 1, OptionalDouble.of(.5)).size());
  }

  private static byte[] json(String text) {
    return text.replace('\'', '"')
        .replace(":.", ":0.")
        .replace(",.", ",0.")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anyNameComesBackAndALargeStateLeavesNothingInTheNext() {
    // Given
    List<String> names =
        List.of("", "ann", "Zoë", "名", ITEM, ITEM.toUpperCase(Locale.ROOT), "x".repeat(100_000));
    Item item = new Item("all", false, 0);
    names.forEach(name -> item.put(name, new Item.Message(1, false)));
    Item small = new Item("b", false, 0);
    byte[] before = StateBytes.write(small);
    // When
    Item back = StateBytes.item(StateBytes.write(item));
    // Then
    assertEquals(names, List.copyOf(back.raters()));
    assertArrayEquals(before, StateBytes.write(small));
  }

  @Test
  void damageIsToldAndAllocatesNothing() {
    byte[] good = StateBytes.write(rated(5).rater("ann").orElseThrow());
    Random random = new Random(1);
    int told = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      try {
        StateBytes.rater(bad);
      } catch (RuntimeException e) {
        told++;
      }
    }
    assertTrue(told > 0);
    assertThrows(RuntimeException.class, () -> StateBytes.rater(new byte[] {9, 9}));
    assertThrows(RuntimeException.class, () -> StateBytes.rater(new byte[0]));
  }

  @Test
  void whatWaitsIsUndoneInOrder() {
    Waiting waiting = new Waiting();
    waiting.add("a");
    waiting.add("b");
    waiting.mark();
    assertEquals("a", waiting.removeFirst());
    waiting.add("c");
    assertEquals("b", waiting.removeFirst());
    assertEquals("c", waiting.removeFirst());
    waiting.add("d");
    waiting.undo();
    assertEquals(List.of("a", "b"), List.copyOf(waiting));
    assertEquals("a", waiting.removeFirst());
    waiting.mark();
    waiting.undo();
    assertEquals(List.of("b"), List.copyOf(waiting));
  }
}
