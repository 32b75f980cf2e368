//! Ridge regression on standardised inputs, by the normal equations.

/// Inputs and target.
pub(super) type Row = (Vec<f64>, f64);

/// Weights of standardised inputs, and how inputs are standardised.
pub(super) struct Ridge {
    means: Vec<f64>,
    scales: Vec<f64>,
    weights: Vec<f64>,
    intercept: f64,
}

impl Ridge {
    /// Fits rows of inputs to targets; `penalty` is added to the sums of squares of the standardised inputs.
    pub(super) fn fit(rows: &[Row], penalty: f64) -> Self {
        let (n, width) = (rows.len() as f64, rows[0].0.len());
        let mean = |of: &dyn Fn(&Row) -> f64| rows.iter().map(of).sum::<f64>() / n;
        let means: Vec<f64> = (0..width).map(|i| mean(&|row| row.0[i])).collect();
        let variance = |i: usize| mean(&|row| (row.0[i] - means[i]) * (row.0[i] - means[i]));
        let scales: Vec<f64> = (0..width).map(|i| variance(i).sqrt().max(1e-9)).collect();
        let intercept = mean(&|row| row.1);
        let (mut gram, mut moments) = (vec![vec![0.0; width]; width], vec![0.0; width]);
        for (inputs, target) in rows {
            let x: Vec<f64> = (0..width).map(|i| (inputs[i] - means[i]) / scales[i]).collect();
            for i in 0..width {
                moments[i] += x[i] * (target - intercept);
                for j in 0..=i {
                    gram[i][j] += x[i] * x[j];
                }
            }
        }
        for (i, row) in gram.iter_mut().enumerate() {
            row[i] += penalty;
        }
        Self { weights: solve(gram, moments), means, scales, intercept }
    }

    pub(super) fn predict(&self, inputs: &[f64]) -> f64 {
        let standardised =
            inputs.iter().zip(&self.means).zip(&self.scales).map(|((x, mean), scale)| (x - mean) / scale);
        self.intercept + standardised.zip(&self.weights).map(|(x, weight)| x * weight).sum::<f64>()
    }
}

/// Solves `A x = b` by Cholesky's decomposition; `A` is symmetric and positive definite, its lower triangle given.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let sum = a[i][j] - (0..j).map(|k| a[i][k] * a[j][k]).sum::<f64>();
            a[i][j] = if i == j { sum.sqrt() } else { sum / a[j][j] };
        }
        b[i] = (b[i] - (0..i).map(|k| a[i][k] * b[k]).sum::<f64>()) / a[i][i];
    }
    for i in (0..n).rev() {
        b[i] = (b[i] - (i + 1..n).map(|k| a[k][i] * b[k]).sum::<f64>()) / a[i][i];
    }
    b
}

#[test]
fn a_small_system_is_solved() {
    let x = solve(vec![vec![4.0, 0.0], vec![2.0, 3.0]], vec![8.0, 8.0]);
    assert!((x[0] - 1.0).abs() < 1e-12 && (x[1] - 2.0).abs() < 1e-12, "{x:?}");
}

#[test]
fn a_line_is_found() {
    let rows: Vec<Row> = (0..50).map(|i| (vec![f64::from(i), f64::from(i % 7)], 3.0 + 2.0 * f64::from(i))).collect();
    let ridge = Ridge::fit(&rows, 1e-9);
    assert!((ridge.predict(&[100.0, 3.0]) - 203.0).abs() < 1e-6);
}
