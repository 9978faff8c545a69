//! One limit against a provider's bucket: what is found out about its room, and how others fare beside us.

use super::*;

const START: i64 = 1_795_500_000_000;

/// A provider's bucket, of ten a minute unless it says so, with another application that comes whenever it likes and
/// tries again for a minute.
struct Bucket {
    room: f64,
    /// Milliseconds for one call.
    each: f64,
    level: f64,
    at: i64,
    wishes: Vec<i64>,
    wanted: u32,
    got: u32,
}

impl Bucket {
    fn new(room: f64) -> Self {
        Self { room, each: 6000.0, level: room, at: START, wishes: Vec::new(), wanted: 0, got: 0 }
    }

    fn roll(&mut self, now: i64) {
        self.level = (self.level + (now - self.at) as f64 / self.each).min(self.room);
        self.at = now;
    }

    fn take(&mut self, now: i64) -> Result<(), Duration> {
        self.roll(now);
        if self.level < 1.0 - 1e-9 {
            return Err(Duration::from_millis(((1.0 - self.level) * self.each).ceil() as u64));
        }
        self.level -= 1.0;
        Ok(())
    }

    /// The other's turn at this moment.
    fn other(&mut self, now: i64, comes: bool) {
        self.wanted += u32::from(comes);
        self.wishes.extend(comes.then_some(now));
        if let Some(wish) = self.wishes.first().copied() {
            let got = self.take(now).is_ok();
            self.got += u32::from(got);
            if got || now - wish > 60_000 {
                self.wishes.remove(0);
            }
        }
    }
}

/// Presses for an hour; another application comes where `comes` says so. Ours, refused.
fn press(minute: &mut Minute, bucket: &mut Bucket, comes: impl FnMut() -> bool) -> (u32, u32) {
    press_from(START, true, minute, bucket, comes)
}

/// The same from a time, in steps of half a second; a provider that tells how long to wait, or does not.
fn press_from(
    start: i64,
    tells: bool,
    minute: &mut Minute,
    bucket: &mut Bucket,
    mut comes: impl FnMut() -> bool,
) -> (u32, u32) {
    let (mut ours, mut refused) = (0, 0);
    let mut proofs = VecDeque::new();
    for step in 0..7200 {
        let millis = start + step * 500;
        let now = Timestamp(millis);
        // It tries each three seconds, not at our moments.
        if step % 6 == 3 {
            bucket.other(millis - 100, comes());
        }
        while proofs.front().is_some_and(|at| *at <= millis) {
            proofs.pop_front();
            minute.granted();
        }
        while minute.wait(1.0, 0.0, now).is_none() {
            minute.take(1.0, now);
            match bucket.take(millis) {
                Ok(()) => {
                    ours += 1;
                    proofs.push_back(millis + 12_000);
                }
                Err(told) => {
                    refused += 1;
                    minute.give(1.0, now);
                    minute.refused(1.0, now, Some(told).filter(|_| tells), now);
                }
            }
        }
    }
    (ours, refused)
}

#[test]
fn a_full_bucket_is_spent_but_for_half_a_call_and_a_small_one_costs_one_refusal() {
    for (room, least, most) in [(10.0, 600, 2), (1.0, 540, 2)] {
        let mut minute = Minute::new(Some(10.0), false, Timestamp(START));
        let (ours, refused) = press(&mut minute, &mut Bucket::new(room), || false);
        assert!(ours >= least && refused <= most, "room {room}: {ours} and {refused} refused");
    }
}

#[test]
fn another_application_gets_what_it_wants_and_we_get_the_rest() {
    for seed in 1..=5_u64 {
        let mut minute = Minute::new(Some(10.0), false, Timestamp(START));
        let mut bucket = Bucket::new(10.0);
        let mut chance = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // Four a minute, at random: one in five of its moments.
        let comes = || {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (chance >> 33) % 5 == 0
        };
        let (ours, refused) = press(&mut minute, &mut bucket, comes);
        assert!(bucket.got * 100 >= bucket.wanted * 95, "seed {seed}: {} of {}", bucket.got, bucket.wanted);
        let rest = 610 - bucket.got;
        assert!(ours * 100 >= rest * 95, "seed {seed}: {ours} of {rest}");
        assert!(refused * 10 <= ours, "seed {seed}: {refused} refused");
    }
}

#[test]
fn room_that_was_granted_stays_and_what_was_saved_up_in_vain_goes() {
    let mut minute = Minute::new(Some(10.0), false, Timestamp(START));
    press(&mut minute, &mut Bucket::new(10.0), || false);
    assert!(minute.room >= 9.0);
    let later = Timestamp(START + 4_000_000);
    minute.roll(later);
    minute.take(1.0, later);
    minute.give(1.0, later);
    assert_eq!(minute.refused(1.0, later, Some(Duration::from_secs(6)), later), Cause::Misjudged);
    assert!(minute.room < 3.0, "nine were believed to be there, and none was: {}", minute.room);
}

#[test]
fn a_searched_limit_outlives_a_pause_and_is_found_again_where_it_was_changed() {
    let an_hour = |minute: &mut Minute, bucket: &mut Bucket, hour: i64| {
        press_from(START + hour * 7_200_000, false, minute, bucket, || false)
    };
    for (room, less) in [(1.0, 4.0), (10.0, 4.0), (1.0, 7.0), (10.0, 7.0)] {
        let (mut minute, mut bucket) = (Minute::new(None, false, Timestamp(START)), Bucket::new(room));
        let (before, searched) = an_hour(&mut minute, &mut bucket, 0);
        // As one works: an hour, and a break in which the last who waited was called off.
        for hour in 1..4 {
            let again = START + hour * 7_200_000;
            // Somebody looks on in one of them.
            (0..720)
                .filter(|_| hour == 2)
                .for_each(|look| minute.roll(Timestamp(again - 3_600_000 + look * 5000)));
            // Nor does a batch wait for ever where a call is to be left for a person.
            assert_eq!(minute.wait(1.0, 1.0, Timestamp(again)), None, "room {room}");
            let (ours, refused) = an_hour(&mut minute, &mut bucket, hour);
            assert!(ours >= before && refused <= searched.min(8), "room {room}: {ours}, {refused} refused");
        }
        bucket.each = 60_000.0 / less;
        let (ours, refused) = an_hour(&mut minute, &mut bucket, 4);
        let told = format!("room {room}, {less}: {ours}, {refused} refused, taken for {}", minute.rate());
        assert!(minute.rate() < 1.15 * less && f64::from(ours) >= 54.0 * less && refused <= 36, "{told}");
        // Nobody tells that it was raised again.
        bucket.each = 6_000.0;
        for hour in 5..7 {
            an_hour(&mut minute, &mut bucket, hour);
        }
        let (ours, refused) = an_hour(&mut minute, &mut bucket, 7);
        let told = format!("room {room}, {less}: {ours}, {refused} refused, taken for {}", minute.rate());
        assert!(minute.rate() > 9.0 && ours >= 500 && refused <= 20, "{told}");
    }
}

#[test]
fn what_was_on_its_way_when_the_bucket_was_emptied_is_none_of_the_measured_rate() {
    let at = |seconds: i64| Timestamp(START + seconds * 1000);
    let mut minute = Minute::new(None, false, at(0));
    // Ten from a full bucket are on their way when the eleventh is refused; after it one comes each six seconds.
    (0..10).for_each(|second| minute.take(1.0, at(second)));
    let refuse = |minute: &mut Minute, second| {
        minute.take(1.0, at(second));
        minute.give(1.0, at(second));
        minute.refused(1.0, at(second), None, at(second));
    };
    refuse(&mut minute, 10);
    // As if the search had come down to it already.
    minute.rate = 10.0;
    for call in 1..=9 {
        minute.take(1.0, at(10 + call * 6));
        minute.granted();
    }
    (0..8).for_each(|_| minute.granted());
    refuse(&mut minute, 70);
    assert!((9.0..11.0).contains(&minute.rate()), "{}", minute.rate());
}
