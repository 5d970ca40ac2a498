package dev.heed.schemas.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {

  private static final byte[] SECRET =
      "a secret of at least 32 bytes, for tests".getBytes(StandardCharsets.UTF_8);

  private final Identity identity = new Identity(SECRET, 1);

  @Test
  void aSessionIsKnownAgainByEveryReplica() {
    String cookie = identity.newSession();
    assertEquals(identity.sessionSubject(cookie), new Identity(SECRET, 2).sessionSubject(cookie));
    assertTrue(identity.sessionSubject(cookie).isPresent());
    assertNotEquals(
        identity.sessionSubject(cookie), identity.sessionSubject(identity.newSession()));
  }

  @Test
  void everyChangedCharacterMakesASessionForged() {
    String cookie = identity.newSession();
    for (int i = 0; i < cookie.length(); i++) {
      char other = cookie.charAt(i) == 'A' ? 'B' : 'A';
      String forged = cookie.substring(0, i) + other + cookie.substring(i + 1);
      assertEquals(Optional.empty(), identity.sessionSubject(forged), "at " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a.", ".a", "a.b", "a.b.c", "....", "no dot", "\u0000.\uD800"})
  void whatIsNoSessionIsNobody(String cookie) {
    assertEquals(Optional.empty(), identity.sessionSubject(cookie));
  }

  @Test
  void aSessionSignedWithAnotherSecretIsNobody() {
    byte[] other = SECRET.clone();
    other[0]++;
    assertEquals(Optional.empty(), identity.sessionSubject(new Identity(other, 1).newSession()));
  }

  @Test
  void aCookieCutShortOrGrownIsNobody() {
    String cookie = identity.newSession();
    for (int i = 0; i < cookie.length(); i++) {
      assertEquals(Optional.empty(), identity.sessionSubject(cookie.substring(0, i)));
    }
    assertEquals(Optional.empty(), identity.sessionSubject(cookie + "A"));
    assertEquals(Optional.empty(), identity.sessionSubject(cookie + "=="));
  }

  @Test
  void aPseudonymIsStableAndSaysNothing() {
    // This value must never change: people would lose what is theirs.
    assertEquals("p1_mKdS3nI6TkEddk4j7_EGMU", identity.pseudonym("session:x"));
    String pseudonym = identity.pseudonym("key:alice@example.org");
    assertTrue(pseudonym.matches("p1_[A-Za-z0-9_-]{22}"), pseudonym);
    assertFalse(pseudonym.contains("alice"));
    assertNotEquals(pseudonym, identity.pseudonym("key:alice@example.com"));
    assertTrue(new Identity(SECRET, 2).pseudonym("x").startsWith("p2_"));
  }

  @Test
  void aKeysUsersAreOthersThanTheKeysHolder() {
    String holder = Identity.keySubject("k", Optional.empty());
    String user = Identity.keySubject("k", Optional.of("u"));
    assertNotEquals(identity.pseudonym(holder), identity.pseudonym(user));
    assertNotEquals(
        identity.pseudonym(user), identity.pseudonym(Identity.keySubject("k2", Optional.of("u"))));
  }

  @Test
  void aShortSecretIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Identity(new byte[31], 1));
  }
}
