// What follows a linear layer, value by value. Stands before linear.wgsl.
//
// A kernel knows its activation by an override constant, so that nothing is left of the others here when it runs.
//
// Source: the functions of the same names in `ACT2FN` of transformers (activations.py); gelu is the exact one, by erf.

override activation: u32;

const activation_gelu = 1u;
const activation_gelu_tanh = 2u;
const activation_quick_gelu = 3u;
const activation_relu = 4u;
const activation_silu = 5u;

// erfc(z) for z >= 0, relative error below 1.2e-7. Source: Press et al., Numerical Recipes in C, 2nd ed., 6.2, erfcc.
fn erfc_positive(z: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.5 * z);
  var series = 0.17087277;
  series = series * t - 0.82215223;
  series = series * t + 1.48851587;
  series = series * t - 1.13520398;
  series = series * t + 0.27886807;
  series = series * t - 0.18628806;
  series = series * t + 0.09678418;
  series = series * t + 0.37409196;
  series = series * t + 1.00002368;
  series = series * t - 1.26551223;
  return t * exp(series - z * z);
}

// x * Φ(x). Written with erfc, so that the left tail keeps its digits.
fn gelu(x: f32) -> f32 {
  let tail = 0.5 * abs(x) * erfc_positive(abs(x) * 0.70710678118654752);
  return max(x, 0.0) - tail;
}

// 1 / (1 + e^-x). Written with e^-|x|, which never overflows, so that the left tail keeps its digits.
fn sigmoid(x: f32) -> f32 {
  let tail = exp(-abs(x));
  return select(tail, 1.0, x >= 0.0) / (1.0 + tail);
}

// 0.5x (1 + tanh u) = x * sigmoid(2u). Beyond 16 the sigmoid is 0 or 1, and u of a much larger x would overflow.
fn gelu_tanh(x: f32) -> f32 {
  let inner = clamp(x, -16.0, 16.0);
  let u = 0.79788456080286536 * (inner + 0.044715 * inner * inner * inner);
  return x * sigmoid(2.0 * u);
}

fn activate(x: f32) -> f32 {
  switch (activation) {
    case activation_gelu: { return gelu(x); }
    case activation_gelu_tanh: { return gelu_tanh(x); }
    case activation_quick_gelu: { return x * sigmoid(1.702 * x); }
    case activation_relu: { return select(x, 0.0, x < 0.0); }
    case activation_silu: { return x * sigmoid(x); }
    default: { return x; }
  }
}
