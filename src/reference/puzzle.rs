//! The pictures of a captcha puzzle: a scene with a hole, and the piece that fits it.
//!
//! In: a seed. Out: where the hole is, and two PNGs; the same for the same seed. Never: remembers what it drew.

use super::png::{self, Channels};

/// The pixels of the scene, and those of the piece across; the piece is as high as the scene, and stands in its row.
const WIDTH: i32 = 310;
const HEIGHT: i32 = 155;
const PIECE: i32 = 47;

/// What is drawn over the ground.
const SHAPES: usize = 40;

/// One puzzle, drawn.
#[derive(Debug)]
pub(super) struct Puzzle {
    /// Where the hole begins, in pixels from the left.
    pub(super) gap: u32,
    /// The scene with the hole, 310 pixels wide.
    pub(super) scene: Vec<u8>,
    /// The piece, 47 pixels wide.
    pub(super) piece: Vec<u8>,
}

type Colour = [u8; 3];

/// Draws the puzzle of a seed.
pub(super) fn draw(seed: u64) -> Puzzle {
    let mut dice = Dice(seed);
    let gap = dice.between(80, WIDTH - PIECE - 8);
    let top = dice.between(6, HEIGHT - PIECE - 6);
    let scene = Scene::new(&mut dice);
    Puzzle {
        gap: u32::try_from(gap).unwrap_or_default(),
        scene: scene.with_hole(gap, top),
        piece: scene.piece(gap, top),
    }
}

/// A picture that is nowhere like itself, row by row.
struct Scene {
    pixels: Vec<Colour>,
}

struct Shape {
    x: i32,
    y: i32,
    radius: i32,
    colour: Colour,
    round: bool,
}

impl Scene {
    fn new(dice: &mut Dice) -> Self {
        let (low, high) = (dice.colour(), dice.colour());
        let ground = |(x, y): (i32, i32)| mixed(low, high, (x + y) * 255 / (WIDTH + HEIGHT));
        let mut scene = Self { pixels: pixels(WIDTH).map(ground).collect() };
        for _ in 0..SHAPES {
            scene.lay(&Shape {
                x: dice.between(0, WIDTH),
                y: dice.between(0, HEIGHT),
                radius: dice.between(6, 34),
                colour: dice.colour(),
                round: dice.between(0, 3) > 0,
            });
        }
        scene
    }

    fn lay(&mut self, shape: &Shape) {
        let within = |at: i32, end: i32| (at - shape.radius).max(0)..(at + shape.radius + 1).min(end);
        for y in within(shape.y, HEIGHT) {
            for x in within(shape.x, WIDTH).filter(|x| shape.covers(*x, y)) {
                // Lighter at its upper end, so that no two pixels of a shape need be alike.
                let mixed = mixed(self.at(x, y), shape.colour, 150 + (shape.y - y));
                self.pixels[side(y * WIDTH + x)] = mixed;
            }
        }
    }

    fn at(&self, x: i32, y: i32) -> Colour {
        self.pixels[side(y * WIDTH + x)]
    }

    fn with_hole(&self, gap: i32, top: i32) -> Vec<u8> {
        let pixel = |(x, y): (i32, i32)| match place(x - gap, y - top) {
            Place::Outside => self.at(x, y),
            Place::Inside => mixed(self.at(x, y), [0; 3], 150),
            Place::Edge => mixed(self.at(x, y), [255; 3], 170),
        };
        png::encoded(&pixels(WIDTH).flat_map(pixel).collect::<Vec<u8>>(), side(WIDTH), Channels::Rgb)
    }

    fn piece(&self, gap: i32, top: i32) -> Vec<u8> {
        let pixel = |(x, y): (i32, i32)| {
            let ([r, g, b], opaque) = match place(x, y - top) {
                Place::Outside => ([0; 3], 0),
                Place::Inside => (self.at(x + gap, y), 255),
                Place::Edge => (mixed(self.at(x + gap, y), [255; 3], 220), 255),
            };
            [r, g, b, opaque]
        };
        png::encoded(&pixels(PIECE).flat_map(pixel).collect::<Vec<u8>>(), side(PIECE), Channels::Rgba)
    }
}

impl Shape {
    fn covers(&self, x: i32, y: i32) -> bool {
        let (dx, dy) = ((x - self.x).abs(), (y - self.y).abs());
        if self.round { dx * dx + dy * dy <= self.radius * self.radius } else { dx.max(dy) <= self.radius }
    }
}

/// Where a pixel stands to the piece whose box begins at 0, 0.
enum Place {
    Outside,
    Inside,
    Edge,
}

fn place(x: i32, y: i32) -> Place {
    let around = [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)];
    match (0..PIECE).contains(&x) && covered(x, y) {
        false => Place::Outside,
        true if around.iter().all(|&(x, y)| covered(x, y)) => Place::Inside,
        true => Place::Edge,
    }
}

/// A square with a nose to the right, one on top, and a bite out of its left side.
fn covered(x: i32, y: i32) -> bool {
    let disc = |at: (i32, i32), radius: i32| (x - at.0).pow(2) + (y - at.1).pow(2) <= radius * radius;
    let boxed = (0..PIECE).contains(&x) && (0..PIECE).contains(&y);
    let body = (0..38).contains(&x) && (9..PIECE).contains(&y);
    boxed && (body || disc((38, 28), 8) || disc((19, 9), 8)) && !disc((0, 28), 7)
}

fn pixels(width: i32) -> impl Iterator<Item = (i32, i32)> {
    (0..HEIGHT).flat_map(move |y| (0..width).map(move |x| (x, y)))
}

/// `part` of 255 of the second colour.
fn mixed(one: Colour, other: Colour, part: i32) -> Colour {
    let part = part.clamp(0, 255);
    std::array::from_fn(|at| {
        let sum = i32::from(one[at]) * (255 - part) + i32::from(other[at]) * part;
        u8::try_from(sum / 255).unwrap_or(u8::MAX)
    })
}

fn side(pixels: i32) -> usize {
    usize::try_from(pixels).unwrap_or_default()
}

/// `SplitMix64`: the same throws for the same seed.
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `low` up to, and without, `high`.
    fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = u64::try_from(high - low).unwrap_or(1);
        low + i32::try_from(self.throw() % width).unwrap_or_default()
    }

    fn colour(&mut self) -> Colour {
        let [a, b, c, ..] = self.throw().to_be_bytes();
        [a, b, c].map(|channel| 60 + channel % 180)
    }
}

#[cfg(test)]
mod tests {
    use super::{PIECE, WIDTH, draw};

    #[test]
    fn the_same_seed_draws_the_same_puzzle_and_another_one_another() {
        let (one, again, other) = (draw(7), draw(7), draw(8));
        assert_eq!((one.gap, &one.scene, &one.piece), (again.gap, &again.scene, &again.piece));
        assert_ne!(one.scene, other.scene);
    }

    #[test]
    fn the_hole_is_within_the_scene_and_off_its_left_end() {
        for seed in 0..200 {
            let gap = super::Dice(seed).between(80, WIDTH - PIECE - 8);
            assert!(gap >= 80 && gap + PIECE <= WIDTH, "{seed}: {gap}");
        }
        assert!((80..255).contains(&draw(3).gap));
    }
}
