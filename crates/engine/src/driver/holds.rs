//! What the user holds: sheets and routes. Kept in the books first, so that a restart does not send it.

use crate::driver::core::Core;
use crate::ledger::Result;
use crate::value::event::Event;
use crate::value::id::{AccountId, SheetId};

impl Core {
    /// Holds a sheet, or lets it go. Answers whether there is such a sheet.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn hold_sheet(&self, id: SheetId, paused: bool) -> Result<bool> {
        if !self.ledger.hold_sheet(id.clone(), paused).await? {
            return Ok(false);
        }
        {
            let queue = &mut self.live().queue;
            if paused {
                queue.pause_sheet(&id);
            } else {
                queue.resume_sheet(&id);
            }
        }
        self.tell(Event::Sheet(id));
        self.tell(Event::Status);
        self.nudge();
        Ok(true)
    }

    /// Whether the user holds a sheet.
    #[must_use]
    pub fn holds_sheet(&self, id: &SheetId) -> bool {
        self.live().queue.is_paused(id)
    }

    /// Holds a route, or lets it go.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn hold_route(&self, account: AccountId, model: String, paused: bool) -> Result<()> {
        self.ledger.hold_route(account.clone(), model.clone(), paused).await?;
        {
            let fleet = &mut self.live().fleet;
            if paused {
                fleet.pause(&account, &model);
            } else {
                fleet.resume(&account, &model);
            }
        }
        if !paused {
            // What was parked for want of the other ways looks again.
            self.unpark("").await?;
        }
        self.press_alerts();
        self.tell(Event::Status);
        self.nudge();
        Ok(())
    }

    /// Takes up what an earlier process was told to hold. Before anything is sent.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn restore_holds(&self) -> Result<()> {
        let (sheets, routes) = (self.ledger.held_sheets().await?, self.ledger.held_routes().await?);
        let mut live = self.live();
        sheets.into_iter().for_each(|id| live.queue.pause_sheet(&id));
        routes.into_iter().for_each(|(account, model)| live.fleet.pause(&account, &model));
        Ok(())
    }

    /// Closing: nothing new is sent.
    #[must_use]
    pub fn draining(&self) -> bool {
        self.live().draining
    }
}
