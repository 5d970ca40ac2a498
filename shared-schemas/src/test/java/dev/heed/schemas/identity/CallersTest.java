package dev.heed.schemas.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallersTest {

  private final Identity identity =
      Identity.by(Optional.of("a secret of at least 32 bytes, for tests"), 1);
  private final Callers callers = new Callers(identity, List.of("one-key", "another"));

  private Optional<String> byKey(String header, String user) {
    return callers.pseudonym(Optional.of(header), Optional.empty(), Optional.ofNullable(user));
  }

  @Test
  void aKeyIsItsHolderAndEachUserThatTheyName() {
    Optional<String> holder = byKey("Bearer one-key", null);
    assertTrue(holder.isPresent());
    assertEquals(holder, byKey("bEARER   one-key ", null));
    assertNotEquals(holder, byKey("Bearer one-key", "ann"));
    assertNotEquals(byKey("Bearer one-key", "ann"), byKey("Bearer another", "ann"));
  }

  @Test
  void aKeyThatIsNotTakenIsNobodyWhateverTheCookieSays() {
    Optional<String> cookie = Optional.of(identity.newSession());
    assertEquals(
        Optional.empty(), callers.pseudonym(Optional.of("Bearer x"), cookie, Optional.empty()));
    assertTrue(callers.pseudonym(Optional.empty(), cookie, Optional.empty()).isPresent());
  }

  @Test
  void withoutAListAnyKeyIsTakenAsAName() {
    var open = new Callers(identity, List.of());
    assertTrue(
        open.pseudonym(Optional.of("Bearer x"), Optional.empty(), Optional.empty()).isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer", "Bearer  ", "Basic b25lLWtleQ==", "one-key"})
  void whatIsNoBearerTokenIsNoKey(String header) {
    assertFalse(Callers.hasKey(Optional.of(header)));
  }

  @ParameterizedTest
  @CsvSource({"Bearer right,OPENS", "bearer  right,OPENS", "Bearer wrong,WRONG", "right,WRONG"})
  void operatorsComeInByTheirKey(String header, OperatorKey.Answer answer) {
    assertEquals(answer, new OperatorKey(Optional.of("right")).check(header));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void withoutAKeyNobodyIsAnOperator(String key) {
    var none = new OperatorKey(Optional.of(key));
    assertEquals(OperatorKey.Answer.NOBODY_IS, none.check("Bearer "));
    assertEquals(OperatorKey.Answer.NOBODY_IS, none.check(null));
    assertEquals(OperatorKey.Answer.WRONG, new OperatorKey(Optional.of("right")).check(null));
  }
}
