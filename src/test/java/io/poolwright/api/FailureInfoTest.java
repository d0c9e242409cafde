package io.poolwright.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.task.FailureInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureInfoTest {
  @Test
  void whatIsToldInOtherWordsIsTheSameFailure() {
    FailureInfo failure =
        new FailureInfo(
            "UserError", "BlobNotFound", "a", List.of(), FailureInfo.Phase.PRE_PROCESSING);

    assertThat(failure.saying("b"))
        .isEqualTo(
            new FailureInfo(
                "UserError", "BlobNotFound", "b", List.of(), FailureInfo.Phase.PRE_PROCESSING));
  }
}
